"""What a span of the SDK says, as the parts of a message.

Two steps, because they run in two places: ``snapshot_span`` in the SDK's callback, where every microsecond is the agent's, and
``span_message`` on the publisher's own thread.
"""

from .times import iso_of

KINDS = {
    "agent": "agent",
    "task": "run",
    "turn": "turn",
    "response": "llm",
    "generation": "llm",
    "function": "tool",
    "handoff": "handoff",
    "guardrail": "guardrail",
    "mcp_tools": "mcp",
    "speech": "speech",
    "transcription": "speech",
}

# An interrupted tool call ends its span with the text of an object in the place of a result.
PLACEHOLDER_OUTPUT = "FunctionToolResult("

PRIVATE_FIELDS = ("input", "response", "output")


class SpanSnapshot:
    """References to what a span said at one moment. Lists are copied: the SDK goes on with them."""

    __slots__ = ("exported", "private", "is_end")

    def __init__(self, exported, private, is_end):
        self.exported = exported
        self.private = private
        self.is_end = is_end


def snapshot_span(span, is_end):
    """Takes what a span says now. ``None`` for a span that is not recorded."""
    exported = span.export()
    if not isinstance(exported, dict):
        return None
    private = {}
    data = getattr(span, "span_data", None)
    if is_end and data is not None:
        for name in PRIVATE_FIELDS:
            value = getattr(data, name, None)
            if value is not None:
                private[name] = list(value) if isinstance(value, list) else value
    return SpanSnapshot(exported, private, is_end)


def span_message(snapshot, include_detail):
    """The members of a ``span.start`` or ``span.end`` message beside its envelope."""
    item = snapshot.exported
    data = _dict(item.get("span_data"))
    sdk_type = _sdk_type(data)
    kind = KINDS.get(sdk_type, "custom")
    output = data.get("output")
    is_pending = sdk_type == "function" and isinstance(output, str) and output.startswith(PLACEHOLDER_OUTPUT)
    message = {
        "trace_id": item.get("trace_id"),
        "span_id": item.get("id"),
        "parent_id": item.get("parent_id"),
        "kind": kind,
        "sdk_type": sdk_type,
        "started_at": iso_of(item.get("started_at")),
        "ended_at": iso_of(item.get("ended_at")) if snapshot.is_end else None,
        "status": _status(item, snapshot.is_end, is_pending),
        "error": _error(item.get("error"), kind, include_detail),
        "name": _name(sdk_type, data, snapshot.private),
    }
    if sdk_type == "agent":
        message["agent"] = data.get("name")
    if kind == "llm":
        message["model"] = _model(data, snapshot.private)
        provider = _provider(sdk_type, message["model"])
        if provider:
            message["provider"] = provider
    usage = _usage(sdk_type, data, snapshot.private)
    if usage:
        message["usage"] = usage
    attrs = _attrs(sdk_type, data)
    if attrs:
        message["attrs"] = attrs
    if include_detail:
        detail = _detail(sdk_type, data, snapshot.private, item.get("error"), is_pending)
        if detail:
            message["detail"] = detail
    return message


def _dict(value):
    return value if isinstance(value, dict) else {}


def _sdk_type(data):
    kind = data.get("type")
    marked = _dict(data.get("data")).get("sdk_span_type")
    return marked if kind == "custom" and marked in ("task", "turn") else kind


def _status(item, is_end, is_pending):
    if is_pending:
        return "pending_approval"
    if item.get("error"):
        return "error"
    return "ok" if is_end else "running"


def _error(error, kind, include_detail):
    if not error:
        return None
    message = _dict(error).get("message")
    if kind == "tool" and not include_detail:
        return {"message": "Error running tool"}
    return {"message": message if isinstance(message, str) else "error"}


def _name(sdk_type, data, private):
    inner = _dict(data.get("data"))
    if sdk_type == "task":
        return inner.get("name")
    if sdk_type == "turn":
        return f"turn {inner.get('turn')}"
    if sdk_type in ("response", "generation"):
        return _model(data, private)
    if sdk_type == "handoff":
        return f"{data.get('from_agent')} -> {data.get('to_agent')}"
    if sdk_type == "mcp_tools":
        return data.get("server")
    return data.get("name") or sdk_type


def _model(data, private):
    model = data.get("model") or _member(private.get("response"), "model")
    return model if isinstance(model, str) else None


def _provider(sdk_type, model):
    if sdk_type == "response":
        return "openai"
    return model.split("/", 1)[0] if model and "/" in model else None


def _member(value, name):
    """A member of an object or of a dict; ``None`` where there is none."""
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _count(value):
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _usage(sdk_type, data, private):
    """Token counts, without those that are not known. Turns and tasks repeat what the calls below them say."""
    if sdk_type in ("task", "turn"):
        source, scope = _dict(data.get("data")).get("usage"), "aggregate"
    elif sdk_type in ("response", "generation"):
        source, scope = data.get("usage") or _member(private.get("response"), "usage"), "leaf"
    else:
        return None
    if not source:
        return None
    cached = _member(source, "input_tokens_details")
    reasoning = _member(source, "output_tokens_details")
    counts = {
        "input_tokens": _count(_member(source, "input_tokens")),
        "output_tokens": _count(_member(source, "output_tokens")),
        "cached_input_tokens": _first(_member(source, "cached_input_tokens"), _member(cached, "cached_tokens")),
        "cache_write_input_tokens": _first(
            _member(source, "cache_write_input_tokens"), _member(cached, "cache_write_tokens")
        ),
        "reasoning_output_tokens": _count(_member(reasoning, "reasoning_tokens")),
    }
    known = {name: count for name, count in counts.items() if count is not None}
    if not known:
        return None
    known["scope"] = scope
    return known


def _first(*values):
    return next((count for count in map(_count, values) if count is not None), None)


ATTRS = {
    "agent": ("tools", "handoffs", "output_type"),
    "response": ("response_id",),
    "handoff": ("from_agent", "to_agent"),
    "guardrail": ("triggered",),
    "mcp_tools": ("server",),
}


def _attrs(sdk_type, data):
    if sdk_type == "turn":
        inner = _dict(data.get("data"))
        return {name: inner.get(name) for name in ("turn", "agent_name")}
    if sdk_type == "function":
        server = _dict(data.get("mcp_data")).get("server")
        return {"server": server} if server else None
    return {name: data.get(name) for name in ATTRS.get(sdk_type, ())}


def _detail(sdk_type, data, private, error, is_pending):
    parts = {}
    if sdk_type == "response":
        response = private.get("response")
        parts = {
            "input": private.get("input"),
            "output": _member(response, "output"),
            "instructions": _member(response, "instructions"),
        }
    elif sdk_type == "mcp_tools":
        parts = {"output": data.get("result")}
    elif sdk_type == "custom":
        parts = {"data": data.get("data")}
    elif sdk_type not in ("agent", "task", "turn", "handoff", "guardrail"):
        parts = {"input": data.get("input"), "output": None if is_pending else data.get("output")}
        if sdk_type == "generation":
            parts["model_config"] = data.get("model_config")
    error_data = _dict(error).get("data")
    if error_data:
        parts["error_data"] = error_data
    return {name: value for name, value in parts.items() if value is not None and value != ""}
