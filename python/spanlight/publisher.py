"""The one thread that publishes."""

import threading
import time

from .http_channel import ChannelError

MOST_AT_ONCE = 100
FIRST_RETRY_S = 0.1
LAST_RETRY_S = 5.0


class Publisher:
    """Takes messages out of an outbox and publishes them in their order, with retries and a beat. Starts with the first message."""

    def __init__(self, outbox, make_channel, encode, hello, stats, beat_every_s):
        self._outbox = outbox
        self._make_channel = make_channel
        self._encode = encode
        self._hello = hello
        self._stats = stats
        self._beat_every_s = beat_every_s
        self._lock = threading.Lock()
        self._thread = None
        self._stopping = threading.Event()
        self._idle = threading.Condition()
        self.last_error_code = None

    def wake(self):
        """Starts the thread where none runs."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._stopping = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(self._stopping,), name="spanlight-publisher", daemon=True
                )
                self._thread.start()

    def flush(self, timeout_s):
        """Waits until the outbox is empty, at most so long."""
        deadline = time.monotonic() + timeout_s
        with self._idle:
            while len(self._outbox) > 0 and time.monotonic() < deadline:
                self._idle.wait(max(0.0, min(0.1, deadline - time.monotonic())))

    def stop(self, timeout_s):
        """Sends what waits and a last count, then ends the thread."""
        with self._lock:
            thread = self._thread
            self._thread = None
        if thread is None:
            return
        self.flush(timeout_s)
        self._stopping.set()
        self._outbox.filled.set()
        if thread is not threading.current_thread():
            thread.join(min(timeout_s, 1.0))

    def _run(self, stopping):
        channel = None
        is_greeting_due = True
        own = {}  # our own messages have numbers too: one that did not get through is sent again as it is
        retry_s = FIRST_RETRY_S
        next_beat = time.monotonic() + self._beat_every_s
        while True:
            self._outbox.filled.wait(max(0.0, next_beat - time.monotonic()))
            batch = self._outbox.take(MOST_AT_ONCE)
            is_last = stopping.is_set() and not batch
            is_beat_due = time.monotonic() >= next_beat
            if not batch and not is_beat_due and not is_last:
                continue
            try:
                if channel is None:
                    channel = self._make_channel()
                if is_greeting_due and "hello" not in own:
                    own["hello"] = self._hello()
                texts = [own["hello"]] if "hello" in own else []
                texts += [text for text in map(self._encode_safely, batch) if text is not None]
                if is_beat_due or is_last:
                    own.setdefault("stats", self._stats())
                if "stats" in own:
                    texts.append(own["stats"])
                channel.publish(texts)
                own.clear()
            except Exception as cause:
                self.last_error_code = cause.code if isinstance(cause, ChannelError) else type(cause).__name__
                can_retry = not isinstance(cause, ChannelError) or cause.retry
                if can_retry:
                    self._outbox.give_back(batch)
                else:
                    self._outbox.dropped += len(batch)
                    self._outbox.done()
                is_greeting_due = True  # a channel has no replay: whoever listens now has not heard who we are
                if is_last or (stopping.is_set() and can_retry):
                    break
                stopping.wait(max(retry_s, getattr(cause, "retry_after_s", 0.0)))
                retry_s = min(LAST_RETRY_S, retry_s * 2)
                continue
            self.last_error_code = None
            is_greeting_due = False
            retry_s = FIRST_RETRY_S
            self._outbox.done()
            with self._idle:
                self._idle.notify_all()
            if is_beat_due:
                next_beat = time.monotonic() + self._beat_every_s
            if is_last:
                break
        if channel is not None:
            channel.close()

    def _encode_safely(self, item):
        try:
            return self._encode(item)
        except Exception:
            self._outbox.dropped += 1
            return None
