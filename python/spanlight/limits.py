"""Keeps messages within their size, and values within what JSON holds."""

import json
import math

MAX_REPR = 1024
MAX_DEPTH = 32
DETAIL_CUT = "[detail left out: the message was too large]"


def limit_message(message, max_field_bytes, max_message_bytes, redact=None):
    """The message as JSON in UTF-8, at most ``max_message_bytes``: ``detail`` goes first when it is too large.

    ``redact(path, value)`` is asked for every text, number and boolean of the content; a hook that fails costs the value.
    Returns ``None`` for a message that is too large without its content, too.
    """
    detail = message.get("detail")
    if detail is not None:
        message = dict(message, detail=_copy(detail, "detail", max_field_bytes, redact, 0))
    text = _encode(message)
    if len(text) <= max_message_bytes:
        return text
    message = {name: value for name, value in message.items() if name != "detail"}
    if detail is not None:
        message["detail"] = {"note": DETAIL_CUT, "truncated": True}
    text = _encode(_copy(message, "", max_field_bytes, None, 0))
    return text if len(text) <= max_message_bytes else None


def _encode(message):
    # Half a surrogate pair is no text in UTF-8; what a store could not keep is replaced here.
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=_short_repr).encode("utf-8", "replace")


def _copy(value, path, max_field_bytes, redact, depth):
    """Plain JSON out of anything. What is cut says so: ``{"text", "truncated", "original_bytes"}``."""
    if isinstance(value, dict):
        if depth >= MAX_DEPTH:
            return _short_repr(value)
        copied = {}
        for key, item in value.items():
            kept = _copy(item, f"{path}.{key}", max_field_bytes, redact, depth + 1)
            if kept is not _DROPPED:
                copied[str(key)] = kept
        return copied
    if isinstance(value, (list, tuple)):
        if depth >= MAX_DEPTH:
            return _short_repr(value)
        items = [_copy(item, f"{path}[{at}]", max_field_bytes, redact, depth + 1) for at, item in enumerate(value)]
        return [None if item is _DROPPED else item for item in items]
    if value is None:
        return None
    plain = isinstance(value, (str, bool, int, float))
    if not plain:
        as_dict = getattr(value, "model_dump", None)  # objects of the SDK are pydantic models
        if callable(as_dict) and depth < MAX_DEPTH:
            try:
                return _copy(as_dict(exclude_unset=True), path, max_field_bytes, redact, depth + 1)
            except Exception:
                pass
        return _short_repr(value)
    if redact is not None:
        try:
            value = redact(path, value)
        except Exception:
            return _DROPPED
        if value is None:
            return _DROPPED
        if not isinstance(value, (str, bool, int, float)):
            return _copy(value, path, max_field_bytes, None, depth + 1)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return _limit_text(value, max_field_bytes) if isinstance(value, str) else value


_DROPPED = object()


def _limit_text(text, max_field_bytes):
    if len(text) * 4 <= max_field_bytes:
        return text
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= max_field_bytes:
        return text
    # cut at a character's boundary: what is left of a character is dropped
    kept = encoded[:max_field_bytes].decode("utf-8", "ignore")
    return {"text": kept, "truncated": True, "original_bytes": len(encoded)}


def _short_repr(value):
    try:
        return repr(value)[:MAX_REPR]
    except Exception:
        return f"<{type(value).__name__}>"
