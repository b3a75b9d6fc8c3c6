"""Publishes to a relay over HTTP: ``POST /v1/messages``. Standard library only."""

import http.client
import json
from urllib.parse import urlsplit


class ChannelError(Exception):
    """A batch did not get through. ``retry`` is false where trying again cannot help. Carries no content and no token."""

    def __init__(self, code, retry, retry_after_s=0.0):
        super().__init__(code)
        self.code = code
        self.retry = retry
        self.retry_after_s = retry_after_s


class HttpChannel:
    """One connection to a relay, opened when it is needed."""

    # the relay takes 1 MiB a body
    MAX_BODY_BYTES = 900_000

    def __init__(self, url, token, timeout_s=10.0):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            raise ValueError("The address of the relay must be like http://127.0.0.1:8090, without a user or a password.")
        if token is not None and not all(33 <= ord(char) <= 126 for char in token):
            raise ValueError("The ingest token has characters that an HTTP header cannot carry.")
        self._parts = parts
        self._token = token
        self._timeout_s = timeout_s
        self._connection = None

    def publish(self, texts):
        """Sends messages (JSON in UTF-8) in their order. Raises ``ChannelError``."""
        batch = []
        size = 0
        for text in texts:
            if batch and size + len(text) > self.MAX_BODY_BYTES:
                self._post(batch)
                batch, size = [], 0
            batch.append(text)
            size += len(text) + 1
        if batch:
            self._post(batch)

    def _post(self, texts):
        body = b'{"messages":[' + b",".join(texts) + b"]}"
        headers = {"content-type": "application/json"}
        if self._token is not None:
            headers["authorization"] = f"Bearer {self._token}"
        try:
            if self._connection is None:
                self._connection = self._connect()
            self._connection.request("POST", self._parts.path.rstrip("/") + "/v1/messages", body, headers)
            response = self._connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as cause:
            self.close()
            raise ChannelError(f"net.{type(cause).__name__}", retry=True) from None
        if response.status == 200:
            return
        code = f"http.{response.status}"
        try:
            code = json.loads(answer)["error"]["code"]
        except (ValueError, KeyError, TypeError):
            pass
        retry = response.status in (401, 403, 408, 429) or response.status >= 500
        raise ChannelError(code, retry, _seconds(response.getheader("retry-after")))

    def _connect(self):
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        return kind(self._parts.hostname, self._parts.port, timeout=self._timeout_s)

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _seconds(text):
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
