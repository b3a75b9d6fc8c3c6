"""The processor that the SDK calls."""

import atexit
import json
import os
import threading
import uuid
import weakref

from .http_channel import HttpChannel
from .limits import limit_message
from .outbox import Outbox
from .publisher import Publisher
from .read_span import snapshot_span, span_message
from .redis_channel import RedisChannel
from .times import iso_now


class _Item:
    """One message that waits. ``make`` builds it on the publisher's thread."""

    __slots__ = ("seq", "has_detail", "sent_at", "make")

    def __init__(self, make, has_detail):
        self.seq = -1
        self.has_detail = has_detail
        self.sent_at = iso_now()
        self.make = make


class SpanlightProcessor:
    """A ``TracingProcessor`` of ``openai-agents``, by its shape. Nothing in it raises into the agent or waits for the network.

    Settings come from the arguments, else from the environment:

    ==================  ===============================  =========================================
    argument            variable                         default
    ==================  ===============================  =========================================
    ``url``             ``SPANLIGHT_URL``                ``http://127.0.0.1:8090``
    ``token``           ``SPANLIGHT_INGEST_TOKEN``
    ``redis_url``       ``SPANLIGHT_AGENT_REDIS_URL``    none; set: publishes to Redis, not over HTTP
    ``channel``         ``SPANLIGHT_REDIS_CHANNEL``      ``agents.events``
    ``log_length``      ``SPANLIGHT_REDIS_LOG_LENGTH``   0: no stream beside the channel
    ``service``         ``SPANLIGHT_SERVICE``            ``python``
    ``include_detail``  ``SPANLIGHT_INCLUDE_DETAIL``     ``True``
    ==================  ===============================  =========================================

    :param redact: ``redact(path, value)`` for each text, number and boolean of the content; ``None`` leaves the value out
    :param metadata_names: names of the trace's metadata that are published; default all, as content
    :param max_queue: messages that may wait
    :param max_message_bytes: of one message; its content goes first when it is larger
    :param max_field_bytes: of one text of the content
    """

    def __init__(
        self,
        url=None,
        token=None,
        redis_url=None,
        channel=None,
        log_length=None,
        service=None,
        include_detail=None,
        redact=None,
        metadata_names=None,
        max_queue=10_000,
        max_message_bytes=64 * 1024,
        max_field_bytes=16 * 1024,
        beat_every_s=15.0,
        sdk_version=None,
        make_channel=None,
    ):
        env = os.environ
        self._service = service or env.get("SPANLIGHT_SERVICE") or "python"
        named = env.get("SPANLIGHT_INCLUDE_DETAIL", "true").lower() != "false"
        self._include_detail = named if include_detail is None else include_detail
        self._redact = redact
        self._metadata_names = None if metadata_names is None else frozenset(metadata_names)
        self._limits = (max_field_bytes, max_message_bytes)
        self._max_queue = max_queue
        self._beat_every_s = beat_every_s
        self._sdk_version = sdk_version or _installed_version()
        redis_url = redis_url or env.get("SPANLIGHT_AGENT_REDIS_URL")
        if make_channel is None:
            if redis_url:
                name = channel or env.get("SPANLIGHT_REDIS_CHANNEL") or "agents.events"
                length = int(env.get("SPANLIGHT_REDIS_LOG_LENGTH", "0")) if log_length is None else log_length
                make_channel = lambda: RedisChannel(redis_url, name, length)  # noqa: E731
            else:
                address = url or env.get("SPANLIGHT_URL") or "http://127.0.0.1:8090"
                secret = token or env.get("SPANLIGHT_INGEST_TOKEN")
                make_channel = lambda: HttpChannel(address, secret)  # noqa: E731
        self._make_channel = make_channel
        self._lock = threading.Lock()
        self.failed_callbacks = 0
        self._start()
        _alive.add(self)

    def _start(self):
        """Begins as a publisher of its own: at the start, and in a child after a fork."""
        self.publisher_id = f"py:{self._service}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._outbox = Outbox(self._max_queue)
        self._first_seq = self._outbox.next_seq()  # of the greeting, which comes before everything
        self._publisher = Publisher(
            outbox=self._outbox,
            make_channel=self._make_channel,
            encode=self._encode,
            hello=self._hello,
            stats=self._stats,
            beat_every_s=self._beat_every_s,
        )

    # What the SDK calls

    def on_trace_start(self, trace):
        self._observe(lambda: self._put_trace(trace, "trace.start"))

    def on_trace_end(self, trace):
        self._observe(lambda: self._put_trace(trace, "trace.end"))

    def on_span_start(self, span):
        self._observe(lambda: self._put_span(span, is_end=False))

    def on_span_end(self, span):
        self._observe(lambda: self._put_span(span, is_end=True))

    def force_flush(self, timeout_s=5.0):
        """Waits until nothing waits any more, at most so long. Safe from any thread."""
        self._publisher.flush(timeout_s)

    def shutdown(self, timeout_s=5.0):
        """Sends what waits, then a last count, and stops the thread. Safe to call twice; a later span starts it again."""
        self._publisher.stop(timeout_s)

    # What the host calls

    def approvals(self, result, trace_id=None, state_ref=None, expires_at=None):
        """Reports the calls of a run that wait for a person: call it after each run, with its result.

        :param state_ref: where the host stored the run's state; never the state itself
        :returns: how many calls wait
        """
        waiting = list(getattr(result, "interruptions", None) or [])

        def put():
            for item in waiting:
                self._put_approval(item, trace_id or _trace_id_of(result), state_ref, expires_at)

        self._observe(put)
        return len(waiting)

    def decided(self, approval_id, trace_id, decision, by=None, reason=None):
        """Reports a decision that the host took, after it resumed the run. ``decision`` is ``approved`` or ``rejected``."""
        facts = {
            "trace_id": trace_id,
            "approval_id": approval_id,
            "decision": decision,
            "by": by,
            "decided_at": iso_now(),
            "reason": reason,
        }
        self._observe(lambda: self._put("approval.decided", facts))

    def run_failed(self, trace_id, error):
        """Reports that a run failed where its spans do not show it, e.g. in an exception handler."""
        facts = {"trace_id": trace_id, "error": {"type": type(error).__name__, "message": str(error)[:500]}}
        self._observe(lambda: self._put("run.failed", facts))

    @property
    def stats(self):
        """What waits, what was let go, and the code of the last trouble."""
        return {
            "queued": len(self._outbox),
            "dropped": self._outbox.dropped,
            "dropped_details": self._outbox.dropped_details,
            "failed_callbacks": self.failed_callbacks,
            "last_error_code": self._publisher.last_error_code,
        }

    # Inside

    def _observe(self, step):
        try:
            step()
            self._publisher.wake()
        except Exception:
            self.failed_callbacks += 1

    def _put_span(self, span, is_end):
        snapshot = snapshot_span(span, is_end)
        if snapshot is None:
            return
        kind = "span.end" if is_end else "span.start"
        self._outbox.put(_Item(lambda detail: (kind, span_message(snapshot, detail)), self._include_detail))

    def _put_trace(self, trace, kind):
        exported = trace.export()
        if not isinstance(exported, dict):
            return
        if kind == "trace.end":
            return self._put(kind, {"trace_id": exported.get("id")})
        metadata = exported.get("metadata") if isinstance(exported.get("metadata"), dict) else {}
        people = {"user_id": metadata.get("user_id"), "session_id": metadata.get("session_id")}
        facts = {
            "trace_id": exported.get("id"),
            "name": exported.get("workflow_name"),
            "group_id": exported.get("group_id"),
            **{name: value for name, value in people.items() if isinstance(value, str)},
        }
        if self._metadata_names is not None:
            metadata = {name: value for name, value in metadata.items() if name in self._metadata_names}
        self._put(kind, facts, {"metadata": dict(metadata)} if metadata else None)

    def _put_approval(self, item, trace_id, state_ref, expires_at):
        raw = getattr(item, "raw_item", None)
        read = raw.get if isinstance(raw, dict) else lambda name, default=None: getattr(raw, name, default)
        arguments = read("arguments", None)
        facts = {
            "trace_id": trace_id,
            "approval_id": read("call_id", None) or read("id", None),
            "tool": getattr(item, "tool_name", None) or read("name", None),
            "agent": getattr(getattr(item, "agent", None), "name", None),
            "requested_at": iso_now(),
        }
        if expires_at is not None:
            facts["expires_at"] = expires_at
        if state_ref is not None:
            facts["state_ref"] = state_ref
        self._put("approval.requested", facts, {"arguments": _parsed(arguments)} if arguments else None)

    def _put(self, kind, facts, detail=None):
        def make(include_detail):
            return kind, {**facts, "detail": detail} if detail and include_detail else facts

        self._outbox.put(_Item(make, self._include_detail and detail is not None))

    def _envelope(self, kind, seq, sent_at, members):
        identity = {"v": 1, "id": f"{self.publisher_id}-{seq}", "publisher": self.publisher_id, "seq": seq}
        return {**identity, "sent_at": sent_at, "type": kind, **members}

    def _encode(self, item):
        """A queued item as the text of its message; ``None`` for one that cannot be told."""
        kind, members = item.make(item.has_detail)
        message = self._envelope(kind, item.seq, item.sent_at, members)
        return limit_message(message, *self._limits, redact=self._redact)

    def _hello(self):
        seq, self._first_seq = self._first_seq, None
        return self._own_message(
            "publisher.hello",
            self._outbox.next_seq() if seq is None else seq,
            {
                "sdk": "openai-agents",
                "sdk_version": self._sdk_version,
                "language": "python",
                "service": self._service,
                "heartbeat_s": self._beat_every_s,
            },
        )

    def _stats(self):
        counts = {"queued": len(self._outbox), "dropped": self._outbox.dropped}
        return self._own_message("publisher.stats", self._outbox.next_seq(), counts)

    def _own_message(self, kind, seq, members):
        message = self._envelope(kind, seq, iso_now(), members)
        return limit_message(message, *self._limits)


def _parsed(text):
    """Arguments of a call: JSON where they are."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _trace_id_of(result):
    trace = getattr(result, "trace", None)
    return getattr(trace, "trace_id", None) or getattr(result, "trace_id", None)


def _installed_version():
    try:
        from importlib.metadata import version

        return version("openai-agents")
    except Exception:
        return None


_alive = weakref.WeakSet()


def _after_fork():
    # The child has neither the parent's thread nor a connection of its own: it begins as another publisher.
    for processor in list(_alive):
        processor._start()


def _at_exit():
    for processor in list(_alive):
        processor.shutdown()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
