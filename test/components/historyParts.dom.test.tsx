import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { ErrorGroupsPrefab, type NavigationTarget } from 'spanlight';
import { asRunId, asSpanId } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { logTextOf } from '../../src/components/log-viewer/logText.ts';
import { placeGaps } from '../../src/components/log-viewer/placeGaps.ts';
import { sampleFlood } from '../../src/components/log-viewer/sampleFlood.ts';
import { BASE_MS } from '../store/support/buildEvents.ts';
import { createFakeHistory } from '../store/support/fakeHistory.ts';
import { startMonitor } from './support/startMonitor.tsx';

describe('LogViewer', () => {
  it('leaves out lines of a flood, never a grave one, and says how many', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => ({
      id: `l${index}`,
      atMs: BASE_MS + Math.floor(index / 10),
      level: index % 100 === 50 ? ('error' as const) : ('info' as const),
    }));
    const items = sampleFlood(lines);
    const shown = items.filter(({ kind }) => kind === 'line').length;
    const left = items.reduce((sum, item) => sum + (item.kind === 'sampled' ? item.count : 0), 0);
    expect(shown + left).toBe(1000);
    expect(shown).toBeLessThan(220);
    expect(items.filter((item) => item.kind === 'line' && item.line.level === 'error')).toHaveLength(10);
    expect(sampleFlood(lines.slice(0, 150))).toHaveLength(150);
  });

  it('has each gap between the lines around it, by its end, and none that is older than the first line', () => {
    const lines = [0, 10, 10, 20].map((sec, index) => ({
      id: `l${index}`,
      atMs: BASE_MS + sec * 1000,
      level: 'info' as const,
    }));
    const gap = (id: string, fromSec: number, toSec: number) => ({
      id,
      why: 'producer' as const,
      fromMs: BASE_MS + fromSec * 1000,
      toMs: BASE_MS + toSec * 1000,
    });
    const gaps = [gap('after', 20, 25), gap('within', 2, 9), gap('older', -9, -1), gap('at', 9, 20)];
    const keys = placeGaps(sampleFlood(lines), gaps).map(({ key }) => key);
    expect(keys).toEqual(['l0', 'gap within', 'l1', 'l2', 'gap at', 'l3', 'gap after']);
    expect(placeGaps([], gaps)).toEqual([]);
  });

  it('takes colours of a terminal out and names what cannot be seen', () => {
    expect(logTextOf('\u001b[1;31mred\u001b[0m plain')).toBe('red plain');
    expect(logTextOf({ a: 1 })).toBe('{"a":1}');
    expect(logTextOf('x\u202ey')).not.toContain('\u202e');
  });
});

describe('ErrorGroups', () => {
  const group = {
    errorType: 'ToolTimeout',
    errorCode: 'tool.timeout',
    template: 'no answer in {n} ms',
    count: 242,
    runCount: 80,
    firstAtMs: BASE_MS - 1000,
    lastAtMs: BASE_MS,
    agentNames: ['Billing'],
    sample: { runId: asRunId('run-1'), spanId: asSpanId('span-1') },
    trend: [{ atMs: BASE_MS, count: 3 }],
  };

  it('asks once, shows a row a group, and opens the last example', async () => {
    const history = createFakeHistory(() => []);
    let asked = 0;
    const loadErrors = async () => {
      asked += 1;
      return { groups: [group], groupCount: 1, errorCount: 242 };
    };
    const { ui } = startMonitor({ store: { historySource: { ...history, loadErrors } } });
    const onNavigate = vi.fn<(target: NavigationTarget) => void>();
    render(
      ui(
        <StrictMode>
          <ErrorGroupsPrefab />
        </StrictMode>,
        { onNavigate },
      ),
    );
    const button = await screen.findByRole('button', { name: 'Open an example of ToolTimeout · tool.timeout' });
    expect(asked).toBe(1);
    expect(screen.getByText('no answer in {n} ms')).toBeVisible();
    expect(screen.getByText('New')).toBeVisible();
    await userEvent.setup().click(button);
    expect(onNavigate).toHaveBeenCalledTimes(1);
    expect(onNavigate.mock.calls[0]?.[0]).toMatchObject({ to: 'span', runId: 'run-1' });
  });

  it('says that there are none, that they did not come, and that there is no history', async () => {
    const history = createFakeHistory(() => []);
    const { ui } = startMonitor({ store: { historySource: history } });
    const { unmount } = render(ui(<ErrorGroupsPrefab />));
    expect(await screen.findByText('No errors in this range')).toBeVisible();
    unmount();
    history.fault = 'history.unreachable';
    render(ui(<ErrorGroupsPrefab />));
    expect(await screen.findByText(/relay did not answer/)).toBeVisible();
    history.fault = undefined;
    await userEvent.setup().click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('No errors in this range')).toBeVisible();
    render(startMonitor().ui(<ErrorGroupsPrefab />));
    expect(screen.getByText('No history here')).toBeVisible();
  });
});
