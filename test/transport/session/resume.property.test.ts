import * as fc from 'fast-check';
import { createResumingTransport } from 'spanlight/transport';
import { expect, it } from 'vitest';
import { createFakeTime, settle } from '../support/fakeTime.ts';
import { createFakeWire } from '../support/fakeWire.ts';
import { LogServer } from '../support/logServer.ts';
import { createRecordingSink } from '../support/recordingSink.ts';

type Step =
  | { readonly kind: 'publish'; readonly runs: readonly string[] }
  | { readonly kind: 'lose'; readonly run: string }
  | { readonly kind: 'repeat'; readonly back: number }
  | { readonly kind: 'trim'; readonly back: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'deliver' | 'cut' | 'blackHole' | 'restart' | 'beat' | 'down' | 'up' | 'subs' };

const run = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('publish'), runs: fc.array(run, { minLength: 1, maxLength: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose'), run }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat'), back: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim'), back: fc.nat(6) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(10, 300, 3000, 26_000) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver') }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('cut', 'blackHole', 'restart', 'beat', 'down', 'up', 'subs') }),
  },
) as fc.Arbitrary<Step>;

it('whatever the network and the relay do, the client ends up with the fold of the log', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.integer(), async (steps, seed) => {
      const time = createFakeTime();
      const server = new LogServer({ now: time.clock.now });
      const wire = createFakeWire(server);
      const sink = createRecordingSink();
      let chance = seed >>> 0;
      const transport = createResumingTransport({
        wire,
        getToken: () => 'good',
        clock: time.clock,
        timers: time.timers,
        random: () => {
          chance = (chance * 1_664_525 + 1_013_904_223) >>> 0;
          return chance / 2 ** 32;
        },
        page: { subscribe: () => () => undefined },
      });
      transport.start(sink);
      await settle();
      for (const action of steps) {
        switch (action.kind) {
          case 'publish':
            server.publish(...action.runs);
            break;
          case 'lose':
            server.loseBatch(action.run);
            break;
          case 'repeat':
            server.repeatBatch(server.head - action.back);
            break;
          case 'trim':
            server.trim(server.head - action.back);
            break;
          case 'pass':
            await time.advance(action.ms);
            break;
          case 'deliver':
            wire.deliver();
            break;
          case 'cut':
            wire.cut();
            break;
          case 'blackHole':
            wire.blackHole();
            break;
          case 'restart':
            server.restart();
            break;
          case 'beat':
            server.beat();
            break;
          case 'down':
            wire.isDown = true;
            break;
          case 'up':
            wire.isDown = false;
            break;
          case 'subs':
            transport.setSubs([{ sub: 'runs' }]);
            break;
        }
        await settle();
      }
      // The world heals: the line stands, heartbeats come, time passes.
      wire.isDown = false;
      for (let round = 0; round < 24; round += 1) {
        await time.advance(5000);
        wire.deliver();
        server.beat();
        wire.deliver();
      }
      expect(sink.state).toEqual(server.state);
      expect(sink.last?.phase).toBe('live');
      // Within one log nothing came twice and nothing out of order.
      expect(sink.seqs).toEqual([...new Set(sink.seqs)].sort((a, b) => a - b));
      transport.stop();
      expect(time.pending).toBe(0);
    }),
    { numRuns: 300 },
  );
}, 60_000);
