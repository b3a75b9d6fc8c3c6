import type { ServerResponse } from 'node:http';
import type { OnSent, Outlet } from './Outlet.ts';
import type { ReadyFrame } from './readyFrame.ts';
import { writePieces } from './writePieces.ts';

/** What has not closed by then is cut, ms. */
const CUT_AFTER_MS = 1000;

/**
 * Server-sent events: every frame is one event, batches carry the cursor as their id. The head has been sent, and the answer
 * ends with the connection: so frames go straight to the socket, which costs less than half.
 */
export function createSseOutlet(response: ServerResponse): Outlet {
  const line = response.socket ?? response; // it has none yet where an earlier answer on this connection goes on
  return {
    wire: 'sse',
    line: { socket: line, form: 'serverSentEvent' },
    bufferedBytes: () => line.writableLength,
    send(frame, onSent) {
      if (!line.writable || response.writableEnded) return true;
      return writePieces(line, frame.serverSentEvent, onSent);
    },
    end: () => endResponse(response),
  };
}

export interface PollOutlet extends Outlet {
  /** The time is over: ends as soon as nothing is under way. */
  stopWaiting(): void;
}

/**
 * One answer of a long poll: an array of frames that ends when there is news, when it is full, or when the time is over.
 * @param maxEvents - events of the tail that one answer carries
 * @param finish - told when it is time to end
 */
export function createPollOutlet(response: ServerResponse, maxEvents: number, finish: () => void): PollOutlet {
  let eventRoom = maxEvents;
  let hasNews = false;
  let isTimeOver = false;
  let separator = '[';
  const write = ({ json }: ReadyFrame, onSent: OnSent | undefined) => {
    response.write(separator);
    separator = ',';
    return writePieces(response, json, onSent);
  };
  return {
    wire: 'polling',
    bufferedBytes: () => response.writableLength,
    get eventRoom() {
      return eventRoom;
    },
    send(frame, onSent) {
      if (response.writableEnded || response.destroyed) return true;
      eventRoom = Math.max(0, eventRoom - frame.eventCount);
      hasNews ||= frame.isNews;
      return write(frame, onSent);
    },
    onIdle() {
      if (hasNews || isTimeOver || eventRoom === 0) finish();
    },
    stopWaiting() {
      isTimeOver = true;
    },
    end() {
      if (!response.writableEnded && !response.destroyed) response.write(separator === '[' ? '[]' : ']');
      endResponse(response);
    },
  };
}

function endResponse(response: ServerResponse): void {
  if (response.destroyed) return;
  response.end();
  const timer = setTimeout(() => response.destroy(), CUT_AFTER_MS);
  response.once('close', () => clearTimeout(timer));
}
