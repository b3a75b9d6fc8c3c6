import type { Page } from 'playwright';
import { asRunId, asSpanId, spanKeyOf } from 'spanlight/store';
import { sizeText } from '../rig/findings.ts';
import { hostileRun } from '../rig/hostileRuns.ts';
import { EVIL, type HostileText, hostileTexts } from '../rig/hostileTexts.ts';
import { launchChromium, openDashboard, startHostSite } from '../rig/hostPage.ts';
import { isFormula, parseCsv } from '../rig/parseCsv.ts';
import { postEvents } from '../rig/producer.ts';
import { openRawReader } from '../rig/rawReader.ts';
import { type RelayProcess, startRelayProcess } from '../rig/relayProcess.ts';
import { type TokenRole, tokens } from '../rig/tokens.ts';
import type { TorturePromise } from '../rig/types.ts';
import { mustHold } from '../rig/waitUntil.ts';

declare global {
  interface Window {
    tortureOwned: string[];
    tortureBreaches: string[];
    __owned(mark: string): void;
  }
}

const SPANS = ['agent', 'llm', 'tool', 'handoff', 'guard'] as const;

/** Opens every span of a run. @returns places that show the mark as text */
async function lookAt(page: Page, { mark }: HostileText): Promise<number> {
  const runId = asRunId(`trace_${mark}`);
  let shown = 0;
  for (const id of SPANS) {
    const spanKey = spanKeyOf(runId, asSpanId(`${mark}-${id}`));
    shown += await page.evaluate(([run, span, needle]) => window.lookAtEverything(run, span, needle), [
      runId,
      spanKey,
      mark,
    ] as const);
  }
  return shown;
}

/** What a spreadsheet makes of the exports: formulas, and rows that nobody made. */
async function readExports(relay: RelayProcess, texts: readonly HostileText[]) {
  const formulas: string[] = [];
  const brokenRows: string[] = [];
  const missing: string[] = [];
  let cells = 0;
  for (const role of ['developer', 'viewer'] as const) {
    for (const format of ['spans', 'costs'] as const) {
      const response = await fetch(`${relay.url}/v1/export?format=${format}&limit=1000`, {
        headers: { authorization: `Bearer ${tokens[role]}` },
      });
      const text = await response.text();
      const [head = [], ...rows] = parseCsv(text);
      for (const row of rows) {
        cells += row.length;
        formulas.push(...row.filter(isFormula));
        if (row.length !== head.length) brokenRows.push(row.join());
      }
      const perText = format === 'spans' ? SPANS.length : 1;
      if (rows.length !== texts.length * perText)
        brokenRows.push(`${rows.length} rows of ${format} for ${texts.length} texts as ${role}`);
      if (role === 'developer') missing.push(...texts.map(({ mark }) => mark).filter((mark) => !text.includes(mark)));
    }
  }
  return { cells, formulas, brokenRows, missing };
}

export const r14: TorturePromise = {
  id: 'R14',
  bar: 'Hostile strings are text: over 300 strings at every render site under a strict policy with Trusted Types: 0 executions, 0 requests off origin, 0 policy breaches, 0 forged log lines, 0 formulas in a table.',
  async run(context) {
    const { findings } = context;
    const every = context.pick({ small: 20, default: 1, full: 1 });
    const texts = hostileTexts.filter((_text, index) => index % every === 0);
    const site = await startHostSite(context);
    const relay = await startRelayProcess(context, {
      env: { SPANLIGHT_ALLOWED_ORIGINS: site.origin },
    });
    let refused = 0;
    for (const text of texts) {
      const answer = await postEvents(relay.url, JSON.stringify({ events: hostileRun(text) }));
      refused += answer.body?.events.filter(({ st }) => st === 'bad').length ?? 1;
    }
    const browser = await launchChromium(context);
    const offOrigin: string[] = [];
    const faults: string[] = [];
    const read = { owned: 0, breaches: [] as string[], dialogs: 0, liveUrls: 0, places: 0, unseen: 0 };
    const roles: readonly TokenRole[] = ['developer', 'viewer'];
    for (const role of roles) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.route('**/*', (route) => {
        const url = new URL(route.request().url());
        if (url.hostname === '127.0.0.1' || url.protocol === 'data:') return route.continue();
        offOrigin.push(url.href);
        return route.abort();
      });
      page.on('dialog', (dialog) => {
        read.dialogs += 1;
        void dialog.dismiss();
      });
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.addInitScript(() => {
        window.tortureOwned = [];
        window.tortureBreaches = [];
        window.__owned = (mark) => void window.tortureOwned.push(mark);
        document.addEventListener('securitypolicyviolation', (event) => {
          window.tortureBreaches.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
        });
      });
      await openDashboard(page, site, { relayUrl: relay.url, token: tokens[role] });
      await mustHold(
        () => page.evaluate((count) => window.monitorStore.getState().runIds.length >= count, texts.length),
        30_000,
        'the runs are held',
      );
      for (const [index, text] of texts.entries()) {
        if (role === 'viewer' && index % 6 !== 0) continue; // a viewer sees stand-ins: every sixth is enough to see that
        const places = await lookAt(page, text);
        read.places += places;
        if (role === 'developer' && places === 0) read.unseen += 1;
        if (index % 60 === 0) context.say(`${role}: ${index} of ${texts.length} texts`);
        read.liveUrls += await page.evaluate(
          (host) =>
            document.querySelectorAll(
              `[href*="${host}"], [src*="${host}"], [style*="${host}"], [href^="javascript:" i], [srcdoc], iframe, object, embed`,
            ).length,
          EVIL,
        );
      }
      const { owned, breaches } = await page.evaluate(() => ({
        owned: window.tortureOwned.length,
        breaches: window.tortureBreaches,
      }));
      read.owned += owned;
      read.breaches.push(...breaches);
      await page.close();
    }
    const sse = openRawReader(context, 'sse', relay.url, {
      token: tokens.developer,
      subs: [{ sub: 'overview' }, { sub: 'logs' }],
    });
    const isWhole = () => sse.frames.some((frame) => frame.t === 'snap' && frame.part === frame.parts);
    await mustHold(isWhole, 20_000, 'the event stream has a snapshot');
    sse.close();

    const exported = await readExports(relay, texts);

    const lines = relay
      .output()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('Relay on '));
    const forged = lines.filter((line) => {
      try {
        return (JSON.parse(line) as { event?: string }).event === 'forged';
      } catch {
        return true;
      }
    });
    const leaked = lines.filter((line) => /zq\d+x\d+qz/.test(line));

    const size = `${sizeText(texts.length, 'texts')}, ${sizeText(read.places, 'places on the screen')}`;
    findings.least(
      'hostile texts',
      texts.length,
      context.pick({ small: 18, default: 300, full: 300 }),
      `${SPANS.length} spans and all tabs each`,
    );
    findings.none('executions', read.owned + read.dialogs, size);
    findings.none('requests off origin', offOrigin.length, offOrigin[0] ?? size);
    findings.none('breaches of the policy or of Trusted Types', read.breaches.length, read.breaches[0] ?? size);
    findings.none('links, images and frames that would lead away', read.liveUrls, size);
    findings.none('faults of the page', faults.length, faults[0] ?? size);
    findings.none('texts that no place showed to a developer', read.unseen, size);
    findings.none('events refused', refused, size);
    findings.none('forged fields of an event stream', sse.strayLines.length, sizeText(sse.frames.length, 'frames'));
    const inTables = `${sizeText(exported.cells, 'cells')} of CSV`;
    findings.none('cells that a spreadsheet runs', exported.formulas.length, exported.formulas[0] ?? inTables);
    findings.none('forged or broken rows of a table', exported.brokenRows.length, exported.brokenRows[0] ?? inTables);
    findings.none(
      'texts missing in the tables of a developer',
      exported.missing.length,
      exported.missing[0] ?? inTables,
    );
    findings.none('forged or broken log lines', forged.length, forged[0] ?? sizeText(lines.length, 'log lines'));
    findings.none('log lines with a text of an event', leaked.length, sizeText(lines.length, 'log lines'));
  },
};
