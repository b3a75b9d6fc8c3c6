"""The bounded queue between the agent's threads and the one that publishes."""

import threading
from collections import deque


class Outbox:
    """Holds what waits to be published. When it fills up, content goes first, then the oldest. Never blocks who puts.

    ``put`` costs one lock and no I/O. Numbers are given here, so that what is let go leaves a hole in them.
    """

    # From here on what comes in comes without its content.
    FULL_SHARE = 0.8

    def __init__(self, max_items):
        self._items = deque()
        self._max_items = max(1, max_items)
        self._lock = threading.Lock()
        self._next_seq = 0
        self._in_flight = 0
        self.filled = threading.Event()
        self.dropped = 0
        self.dropped_details = 0

    def put(self, item):
        """Takes an item (an object with the attributes ``seq`` and ``has_detail``)."""
        with self._lock:
            item.seq = self._next_seq
            self._next_seq += 1
            if len(self._items) >= self._max_items * self.FULL_SHARE and item.has_detail:
                item.has_detail = False
                self.dropped_details += 1
            if len(self._items) >= self._max_items:
                self._items.popleft()
                self.dropped += 1
            self._items.append(item)
        self.filled.set()

    def next_seq(self):
        """A number for a message that is not queued."""
        with self._lock:
            seq = self._next_seq
            self._next_seq += 1
            return seq

    def take(self, most):
        """The oldest items, at most so many. ``give_back`` or ``done`` ends it."""
        with self._lock:
            batch = [self._items.popleft() for _ in range(min(most, len(self._items)))]
            self._in_flight = len(batch)
            if not self._items:
                self.filled.clear()
            return batch

    def give_back(self, batch):
        """They were not published: they are first again, as far as there is room."""
        with self._lock:
            room = self._max_items - len(self._items)
            kept = batch[len(batch) - room :] if room < len(batch) else batch
            self.dropped += len(batch) - len(kept)
            self._items.extendleft(reversed(kept))
            self._in_flight = 0
        self.filled.set()

    def done(self):
        with self._lock:
            self._in_flight = 0

    def __len__(self):
        with self._lock:
            return len(self._items) + self._in_flight
