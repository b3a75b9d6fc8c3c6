"""Publishes on a Redis channel, through a pipeline; optionally to a capped stream beside it. Needs the package ``redis``."""

from .http_channel import ChannelError


class RedisChannel:
    """One connection to Redis, opened when it is needed.

    A channel has no replay: a relay that was away misses what was said. With ``log_length`` each message also goes to the stream
    ``<channel>.log``, capped at about that many, and a relay catches up from there.
    """

    def __init__(self, url, channel, log_length=0, client=None):
        self._client = client if client is not None else _connect(url)
        self._channel = channel
        self._log_length = log_length

    def publish(self, texts):
        """Sends messages (JSON in UTF-8) in their order. Raises ``ChannelError``."""
        try:
            pipeline = self._client.pipeline(transaction=False)
            for text in texts:
                if self._log_length > 0:
                    pipeline.xadd(
                        f"{self._channel}.log", {"payload": text}, maxlen=self._log_length, approximate=True
                    )
                pipeline.publish(self._channel, text)
            pipeline.execute()
        except Exception as cause:  # every client has exceptions of its own
            raise ChannelError(f"redis.{type(cause).__name__}", retry=True) from None

    def close(self):
        try:
            self._client.close()
        except Exception:
            pass


def _connect(url):
    try:
        import redis
    except ImportError:
        raise RuntimeError("Publishing to Redis needs the package redis: pip install redis") from None
    return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
