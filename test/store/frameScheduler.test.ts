import { createFrameScheduler } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { createFakeTime } from '../transport/support/fakeTime.ts';

function createPage() {
  const time = createFakeTime();
  const frames: (() => void)[] = [];
  const page = { isHidden: false };
  const scheduler = createFrameScheduler({
    timers: time.timers,
    requestFrame: (callback) => frames.push(callback),
    cancelFrame: () => void frames.splice(0),
    isHidden: () => page.isHidden,
  });
  const frame = () => frames.splice(0).forEach((callback) => callback());
  return { time, page, scheduler, frame, frames };
}

describe('createFrameScheduler', () => {
  it('runs with the next frame, once for many requests', () => {
    const { scheduler, frame } = createPage();
    const flush = vi.fn<() => void>();
    scheduler.request(flush);
    scheduler.request(flush);
    expect(flush).not.toHaveBeenCalled();
    frame();
    expect(flush).toHaveBeenCalledTimes(1);
  });

  it('takes a new request from within a flush', () => {
    const { scheduler, frame } = createPage();
    const flush = vi.fn<() => void>(() => {
      if (flush.mock.calls.length < 3) scheduler.request(flush);
    });
    scheduler.request(flush);
    frame();
    frame();
    frame();
    frame();
    expect(flush).toHaveBeenCalledTimes(3);
  });

  it('uses a timer while the page is hidden', async () => {
    const { scheduler, page, time, frames } = createPage();
    page.isHidden = true;
    const flush = vi.fn<() => void>();
    scheduler.request(flush);
    expect(frames).toHaveLength(0);
    await time.advance(250);
    expect(flush).toHaveBeenCalledTimes(1);
  });

  it('runs by timer when the page was hidden between request and frame', async () => {
    const { scheduler, page, time, frame } = createPage();
    const flush = vi.fn<() => void>();
    scheduler.request(flush);
    page.isHidden = true; // the frame that was asked for never comes
    await time.advance(250);
    expect(flush).toHaveBeenCalledTimes(1);
    frame();
    expect(flush).toHaveBeenCalledTimes(1);
  });

  it('uses a short timer where there are no frames', async () => {
    const time = createFakeTime();
    const scheduler = createFrameScheduler({ timers: time.timers });
    const flush = vi.fn<() => void>();
    scheduler.request(flush);
    await time.advance(16);
    expect(flush).toHaveBeenCalledTimes(1);
  });

  it('forgets what it was asked when cancelled', async () => {
    const { scheduler, time, frame } = createPage();
    const flush = vi.fn<() => void>();
    scheduler.request(flush);
    scheduler.cancel();
    frame();
    await time.advance(1000);
    expect(flush).not.toHaveBeenCalled();
    expect(time.pending).toBe(0);
  });
});
