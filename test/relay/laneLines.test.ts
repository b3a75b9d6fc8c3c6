import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLaneLines } from '../../src/relay/wire/laneLines.ts';
import { createReadyFrame, type FrameForm, type ReadyFrame } from '../../src/relay/wire/readyFrame.ts';
import { WINDOW_LOW_BYTES } from '../../src/relay/wire/timings.ts';

/** @param takes - whether its socket takes what it gets, or lets it wait */
function readerOn(form: FrameForm | undefined, takes: () => boolean = () => true) {
  const written: Buffer[] = [];
  const sent: ReadyFrame[] = [];
  const socket = new Writable({
    write(bytes: Buffer, _encoding, done) {
      written.push(bytes);
      if (takes()) done();
    },
  });
  socket.on('error', () => undefined);
  const send = (frame: ReadyFrame) => void sent.push(frame);
  return { reader: { send, line: form && { socket, form } }, socket, written, sent };
}
const small = () => createReadyFrame(JSON.stringify({ t: 'batch', text: 'x'.repeat(400) }));

describe('the lines of a lane', () => {
  it('take a small frame at once, each in the form of its wire', () => {
    const lines = createLaneLines();
    const forms = ['message', 'deflatedMessage', 'serverSentEvent'] as const;
    const readers = forms.map((form) => readerOn(form));
    for (const { reader } of readers) lines.add(reader);
    expect(lines.size).toBe(3);
    const frame = small();
    lines.send(frame);
    expect(readers.map(({ written }) => written)).toEqual(forms.map((form) => frame[form]));
    expect(new Set(readers.map(({ written }) => written[0]?.length)).size).toBe(3);
    expect(readers.flatMap(({ sent }) => sent)).toEqual([]);
  });

  it('leave to the reader itself what may have to wait: a frame behind others, a large one, one without a line', () => {
    const lines = createLaneLines();
    const slow = readerOn('message', () => false);
    const quick = readerOn('message');
    const without = readerOn(undefined);
    for (const { reader } of [slow, quick, without]) lines.add(reader);
    const frame = small();
    lines.send(frame);
    expect(slow.written).toHaveLength(1);
    lines.send(frame);
    expect([slow, quick, without].map(({ written }) => written.length)).toEqual([1, 2, 0]);
    expect([slow, quick, without].map(({ sent }) => sent.length)).toEqual([1, 0, 2]);
    const large = createReadyFrame('x'.repeat(WINDOW_LOW_BYTES)); // the smallest that may fill a window
    const inPieces = createReadyFrame('{"t":"snap","ev":[', {}, [Buffer.from(']}')]);
    for (const next of [large, inPieces]) {
      lines.send(next);
      expect(quick.written).toHaveLength(2);
      expect(quick.sent.at(-1)).toBe(next);
    }
  });

  it('write nothing to a socket that has ended or broken', () => {
    const lines = createLaneLines();
    const ended = readerOn('message');
    const broken = readerOn('serverSentEvent');
    for (const { reader } of [ended, broken]) lines.add(reader);
    ended.socket.end();
    broken.socket.destroy();
    lines.send(small());
    for (const { written, sent } of [ended, broken]) {
      expect(written).toEqual([]);
      expect(sent).toHaveLength(1);
    }
  });

  it('forget who leaves', () => {
    const lines = createLaneLines();
    const [stays, leaves, alone] = [readerOn('message'), readerOn('message'), readerOn(undefined)];
    for (const { reader } of [stays, leaves, alone]) lines.add(reader);
    lines.remove(leaves.reader);
    lines.remove(alone.reader);
    lines.send(small());
    expect([stays, leaves, alone].map(({ written, sent }) => written.length + sent.length)).toEqual([1, 0, 0]);
    lines.add(alone.reader);
    expect(lines.clear()).toEqual([stays.reader, alone.reader]);
    expect(lines.size).toBe(0);
    lines.send(small());
    expect([stays, alone].map(({ written, sent }) => written.length + sent.length)).toEqual([1, 0]);
  });
});
