/**
 * How much is being taken in at this moment, against what the relay can hold. It sheds while more than half of the events that
 * may wait for the log do; the bytes are reserved before they are read, so they only bound.
 */
export interface IngestPressure {
  /** Class B and content are let go at the door, so that lifecycle, approvals, cost and alerts still come in. */
  readonly isShedding: boolean;
  readonly events: number;
  readonly bytes: number;
  /** @returns gives it back; `undefined` where there is no room: the sender has to come again */
  takeBytes(bytes: number): (() => void) | undefined;
  takeEvents(events: number): (() => void) | undefined;
}

export interface IngestPressureOptions {
  /** Events that wait for the log. */
  readonly maxEvents: number;
  /** Bytes of bodies that are being read or taken in, packed ones at their limit. */
  readonly maxBytes: number;
  /** Hears when it begins to shed and when it ends. */
  readonly onChange: (isShedding: boolean) => void;
}

export function createIngestPressure({ maxEvents, maxBytes, onChange }: IngestPressureOptions): IngestPressure {
  let events = 0;
  let bytes = 0;
  let wasShedding = false;
  const isShedding = () => events > maxEvents / 2;
  const look = () => {
    if (isShedding() === wasShedding) return;
    wasShedding = !wasShedding;
    onChange(wasShedding);
  };
  const once = (give: () => void) => {
    let isHeld = true;
    look();
    return () => {
      if (!isHeld) return;
      isHeld = false;
      give();
      look();
    };
  };
  return {
    get isShedding() {
      return isShedding();
    },
    get events() {
      return events;
    },
    get bytes() {
      return bytes;
    },
    takeBytes(count) {
      if (bytes + count > maxBytes) return undefined;
      bytes += count;
      return once(() => {
        bytes -= count;
      });
    },
    takeEvents(count) {
      if (events > 0 && events + count > maxEvents) return undefined; // one batch alone always has room
      events += count;
      return once(() => {
        events -= count;
      });
    },
  };
}
