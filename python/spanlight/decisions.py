"""Decisions that come back on the control channel."""

import hashlib
import hmac
import json
import time

from .times import seconds_of


def verify_decision(text, key, project="default", max_age_s=60, now=time.time):
    """Checks a message of the control channel.

    A decision is a wake-up: the host claims the approval over HTTP before it loads the state and resumes. Unknown ids and ids that
    were decided already are ignored by the host.

    :param text: the message, ``str`` or ``bytes``
    :param key: the key that the relay has as ``SPANLIGHT_CONTROL_KEY``
    :param project: the one that this host works for: all projects of a relay share its control channel
    :param max_age_s: how many seconds ago, by this host's clock, the relay may have signed it; as far may it lie ahead
    :param now: this host's clock, seconds since 1970
    :returns: the decision as a ``dict`` (``project``, ``approval_id``, ``trace_id``, ``decision``, ``by``, ``at``, ``sent_at``),
        ``None`` for anything that was not signed with the key and lately, was decided in another project, or says something else.
        Within that time it may come again: take the stored state of the call once
    """
    try:
        message = json.loads(text)
        signature = message.pop("sig")
        canonical = json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        right = hmac.new(key.encode(), canonical.encode(), hashlib.sha256).hexdigest()
        is_right = isinstance(signature, str) and hmac.compare_digest(signature.encode(), right.encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not is_right or message.get("v") != 1 or message.get("type") != "approval.decision":
        return None
    if message.get("project") != project:
        return None
    sent_at = seconds_of(message.get("sent_at"))
    if sent_at is None or abs(now() - sent_at) > max_age_s:
        return None
    if message.get("decision") not in ("approved", "rejected") or not isinstance(message.get("approval_id"), str):
        return None
    return message
