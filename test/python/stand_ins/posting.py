"""Posts one span as the exporters behind the stand-ins do: to the address, and with the headers, that a page gave them."""

import json
import time
import urllib.request


def post_span(endpoint, headers, trace_id, name):
    now = time.time_ns()
    span = {
        "traceId": trace_id,
        "spanId": trace_id[:16],
        "name": name,
        "startTimeUnixNano": str(now - 1_000_000),
        "endTimeUnixNano": str(now),
        "attributes": [],
    }
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    request = urllib.request.Request(endpoint, body, {"content-type": "application/json", **headers}, method="POST")
    with urllib.request.urlopen(request, timeout=5) as answer:
        print(answer.status)
