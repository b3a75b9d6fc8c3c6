"""Decisions that come back on the control channel."""

import hashlib
import hmac
import json


def verify_decision(text, key, project="default"):
    """Checks a message of the control channel.

    A decision is a wake-up: the host claims the approval over HTTP before it loads the state and resumes. Unknown ids and ids that
    were decided already are ignored by the host.

    :param text: the message, ``str`` or ``bytes``
    :param key: the key that the relay has as ``SPANLIGHT_CONTROL_KEY``
    :param project: the one that this host works for: all projects of a relay share its control channel
    :returns: the decision as a ``dict`` (``project``, ``approval_id``, ``trace_id``, ``decision``, ``by``, ``at``), ``None`` for
        anything that was not signed with the key, was decided in another project, or says something else
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
    if message.get("decision") not in ("approved", "rejected") or not isinstance(message.get("approval_id"), str):
        return None
    return message
