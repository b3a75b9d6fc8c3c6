"""Times as messages carry them: ISO 8601 in UTC with milliseconds."""

from datetime import datetime, timezone


def iso_now():
    """The time now, e.g. ``2026-11-21T01:36:14.514Z``."""
    return _iso(datetime.now(timezone.utc))


def iso_of(text):
    """A time of the SDK (microseconds, numeric offset, fraction absent when it is 0) as messages write it; ``None`` for none."""
    time = _read(text)
    return None if time is None else _iso(time)


def seconds_of(text):
    """A time as messages write it in seconds since 1970; ``None`` for none."""
    time = _read(text)
    return None if time is None else time.timestamp()


def _read(text):
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if time.tzinfo is None:
            time = time.replace(tzinfo=timezone.utc)
        return time.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"
