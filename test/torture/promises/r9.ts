import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JWTPayload, SignJWT } from 'jose';
import { capabilitiesOf, type Role, roles } from '../../../src/model/capabilities.ts';
import type { RelayRoute } from '../../../src/relay/http/routes.ts';
import { relayRoutes } from '../../../src/relay/http/routes.ts';
import { sizeText } from '../rig/findings.ts';
import { Producer } from '../rig/producer.ts';
import { openRawReader, rawWires } from '../rig/rawReader.ts';
import { startRelayProcess } from '../rig/relayProcess.ts';
import type { TorturePromise } from '../rig/types.ts';
import { mustHold, pause, waitUntil } from '../rig/waitUntil.ts';

interface Person {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly project: string;
}

const tokenOf = ({ name }: Person) => `${name}-of-the-matrix-`.padEnd(40, 'x');
const entryOf = (person: Person) => ({ ...person, sha256: createHash('sha256').update(tokenOf(person)).digest('hex') });
const CUT_MS = 5000;

export const r9: TorturePromise = {
  id: 'R9',
  bar: 'Authority is looked at when something is read: a revoked or lowered token is cut within 5 s on any wire, an old cursor carries none, no forged token is taken: 0 unexpected allows.',
  async run(context) {
    const { findings } = context;
    const people: Person[] = ['alpha', 'beta'].flatMap((project) =>
      roles.map((role) => ({ name: `${project}-${role}`, roles: [role], project })),
    );
    const extras = rawWires.flatMap((wire): Person[] => [
      { name: `revoked-${wire}`, roles: ['developer'], project: 'alpha' },
      { name: `lowered-${wire}`, roles: ['developer'], project: 'alpha' },
    ]);
    const file = join(context.dir, 'tokens.json');
    const write = (list: readonly Person[]) => writeFileSync(file, JSON.stringify(list.map(entryOf)));
    write([...people, ...extras]);
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    writeFileSync(join(context.dir, 'key.pem'), pem);
    const relay = await startRelayProcess(context, {
      env: {
        SPANLIGHT_TOKENS: file,
        SPANLIGHT_JWT_KEYS: join(context.dir, 'key.pem'),
        SPANLIGHT_JWT_ALGORITHM: 'ES256',
        SPANLIGHT_JWT_ISSUER: 'https://issuer.example',
        SPANLIGHT_JWT_AUDIENCE: 'spanlight',
      },
    });
    const find = (name: string) => [...people, ...extras].find((person) => person.name === name) as Person;
    const secret = new Producer({
      id: 'alpha',
      url: () => relay.url,
      random: context.random(9),
      token: tokenOf(find('alpha-ingest')),
      detailBytes: 40,
    });
    context.onEnd(() => secret.close());
    await secret.send(secret.take(60));
    const runId = String(secret.sent[0]?.run);
    const spanId = String(secret.sent.find(({ span }) => span)?.span);

    // route x role x credential
    let cells = 0;
    const allowed: string[] = [];
    const denied: string[] = [];
    const ask = async (method: string, path: string, headers: Record<string, string>) => {
      cells += 1;
      const response = await fetch(relay.url + path, {
        method,
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        signal: AbortSignal.timeout(5000),
        ...(method !== 'GET' && { body: '{"events":[],"data":[],"t":"hello","v":[1,1],"subs":[],"wait":0}' }),
      });
      await response.arrayBuffer().catch(() => undefined);
      return response.status;
    };
    for (const route of Object.values(relayRoutes) as RelayRoute[]) {
      const { method, needs } = route;
      const path = route.path
        .replace(':runId', runId)
        .replace(':spanId', spanId)
        .replace(/:\w+/g, 'x')
        .replace('*', 'x');
      for (const person of people) {
        const token = tokenOf(person);
        const may = needs === undefined || capabilitiesOf(person.roles).includes(needs);
        const status = await ask(method, path, { authorization: `Bearer ${token}` });
        const isRefused = status === 401 || status === 403;
        if (!may && !isRefused) allowed.push(`${method} ${path} as ${person.name}: ${status}`);
        if (may && needs !== undefined && isRefused) denied.push(`${method} ${path} as ${person.name}: ${status}`);
        if (needs === undefined) continue;
        const forgeries: readonly (readonly [string, string, Record<string, string>])[] = [
          ['none', path, {}],
          ['cut off', path, { authorization: `Bearer ${token.slice(0, -1)}` }],
          ['longer', path, { authorization: `Bearer ${token}x` }],
          ['digest', path, { authorization: `Bearer ${entryOf(person).sha256}` }],
          ['basic', path, { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` }],
          ['in the URL', `${path}?token=${token}&access_token=${token}`, {}],
          ['cookie', path, { cookie: `token=${token}` }],
        ];
        for (const [how, at, headers] of forgeries.slice(0, context.pick({ small: 2, default: 7, full: 7 }))) {
          const got = await ask(method, at, headers);
          if (got !== 401 && got !== 403 && got !== 429) allowed.push(`${method} ${at} with ${how}: ${got}`);
        }
      }
    }
    // wires x roles
    for (const wire of rawWires) {
      for (const person of people) {
        cells += 1;
        const reader = openRawReader(context, wire, relay.url, { token: tokenOf(person), subs: [{ sub: 'overview' }] });
        await mustHold(
          () => reader.ended !== undefined || reader.frames.length > 1,
          15_000,
          `${wire} as ${person.name}`,
        );
        const sees = reader.frames.some(({ t }) => t === 'snap' || t === 'batch');
        const may = capabilitiesOf(person.roles).includes('read.shape');
        if (sees && !may) allowed.push(`${wire} as ${person.name}`);
        if (!sees && may) denied.push(`${wire} as ${person.name}: ${reader.ended}`);
        const text = JSON.stringify(reader.frames);
        if (person.project === 'beta' && (text.includes('Torture') || text.includes('trace_')))
          allowed.push(`alpha seen by ${person.name}`);
        reader.close();
      }
    }

    // forged JWTs
    const nowSec = Math.floor(Date.now() / 1000);
    const good: JWTPayload = {
      iss: 'https://issuer.example',
      aud: 'spanlight',
      exp: nowSec + 600,
      sub: 'jane',
      roles: ['developer'],
      project: 'alpha',
    };
    const sign = (
      payload: JWTPayload,
      header: Record<string, unknown> = {},
      key: Parameters<SignJWT['sign']>[0] = privateKey,
    ) => new SignJWT(payload).setProtectedHeader({ alg: 'ES256', ...header }).sign(key);
    const valid = await sign(good);
    const validStatus = await ask('GET', '/v1/workflow', { authorization: `Bearer ${valid}` });
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [head = '', body = '', signature = ''] = valid.split('.');
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const hmac = (header: unknown, secretText: string) => {
      const text = `${part(header)}.${part(good)}`;
      return `${text}.${createHmac('sha256', secretText).update(text).digest('base64url')}`;
    };
    const forged: string[] = [
      `${part({ alg: 'none' })}.${body}.`,
      `${part({ alg: 'None' })}.${body}.${signature}`,
      `${part({ alg: 'nOnE', typ: 'JWT' })}.${body}.`,
      `${head}.${body}.`,
      `${head}.${body}`,
      `${head}.${part({ ...good, roles: ['admin'] })}.${signature}`,
      hmac({ alg: 'HS256' }, pem),
      hmac({ alg: 'HS256', kid: '../../key.pem' }, pem),
      hmac({ alg: 'ES256' }, pem),
      await sign(good, {}, other),
      await sign(good, { kid: 'x', jku: 'http://127.0.0.1:1/keys' }, other),
      await sign(good, { jwk: publicKey.export({ format: 'jwk' }) }, other),
      await sign({ ...good, iss: 'https://evil.example' }),
      await sign({ ...good, aud: 'other' }),
      await sign({ ...good, aud: [] }),
      await sign({ ...good, exp: nowSec - 3600 }),
      await sign({ ...good, exp: undefined }),
      await sign({ ...good, nbf: nowSec + 3600 }),
      await sign({ ...good, roles: ['nobody'] }),
      await sign({ ...good, roles: undefined }),
      await sign({ ...good, roles: 'developer;admin' }),
      await sign({ ...good, project: '../alpha' }),
      await sign({ ...good, project: '' }),
    ];
    const random = context.random(99);
    while (forged.length < context.pick({ small: 60, default: 250, full: 1000 })) {
      const at = random.whole(head.length + 1, valid.length - 2);
      const letter = random.pick(
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789-_'.split('').filter((one) => one !== valid[at]),
      );
      forged.push(valid.slice(0, at) + letter + valid.slice(at + 1));
    }
    let forgedTaken = 0;
    for (const token of forged) {
      const status = await ask('GET', '/v1/workflow', { authorization: `Bearer ${token}` });
      if (status !== 401 && status !== 403 && status !== 429) forgedTaken += 1;
    }

    // cut while connected
    const cutMs: number[] = [];
    let uncut = 0;
    const seats = rawWires.flatMap((wire) =>
      (['revoked', 'lowered'] as const).map((fate) => ({
        fate,
        wire,
        reader: openRawReader(context, wire, relay.url, {
          token: tokenOf(find(`${fate}-${wire}`)),
          subs: [{ sub: 'overview' }],
        }),
      })),
    );
    await mustHold(
      () => seats.every(({ reader, wire }) => reader.frames.length > 1 || wire === 'polling'),
      15_000,
      'all are connected',
    );
    write([
      ...people,
      ...extras
        .filter(({ name }) => name.startsWith('lowered'))
        .map((person): Person => ({ ...person, roles: ['viewer'] })),
    ]);
    const startMs = performance.now();
    await waitUntil(() => {
      for (const seat of seats) if (seat.reader.ended !== undefined) cutMs.push(performance.now() - startMs);
      return seats.every(({ reader }) => reader.ended !== undefined) || performance.now() - startMs > CUT_MS + 3000;
    }, CUT_MS + 4000);
    const lastCutMs = performance.now() - startMs;
    uncut = seats.filter(({ reader }) => reader.ended === undefined).length;
    let returned = 0;
    for (const { wire, fate } of seats) {
      const reader = openRawReader(context, wire, relay.url, {
        token: tokenOf(find(`${fate}-${wire}`)),
        subs: [{ sub: 'overview' }],
      });
      await waitUntil(() => reader.ended !== undefined || reader.frames.length > 1, 8000);
      const text = JSON.stringify(reader.frames);
      if (fate === 'revoked' && reader.frames.some(({ t }) => t === 'snap' || t === 'batch')) returned += 1;
      if (fate === 'lowered' && text.includes('user-alpha')) returned += 1; // names of people are not for a viewer
      reader.close();
    }
    await pause(50);

    findings.least(
      'cells of the matrix',
      cells,
      context.pick({ small: 300, default: 1000, full: 1000 }),
      'route or wire x role x credential, two projects',
    );
    findings.none('unexpected allows', allowed.length, allowed[0] ?? sizeText(cells, 'cells'));
    findings.none('unexpected refusals', denied.length, denied[0] ?? sizeText(cells, 'cells'));
    findings.none('forged JWTs taken', forgedTaken, sizeText(forged.length, 'forged tokens'));
    findings.none('good JWTs refused', validStatus === 401 || validStatus === 403 ? 1 : 0, '1 token');
    findings.none(
      'readers still connected after their token was revoked or lowered',
      uncut,
      sizeText(seats.length, 'readers on all wires'),
    );
    findings.most('slowest cut, ms', lastCutMs, CUT_MS, sizeText(seats.length, 'readers on all wires'));
    findings.none('readers that came back with what they had lost', returned, sizeText(seats.length, 'readers'));
  },
};
