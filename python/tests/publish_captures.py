"""Publishes every capture as an agent's process would: ``python -m tests.publish_captures``.

Where to comes from the environment, as for an agent. With ``RAW_REDIS=host:port`` it publishes to Redis with the few commands of
a client of its own, because the package ``redis`` is not there wherever the tests run.
"""

import os
import socket

from spanlight import SpanlightProcessor
from spanlight.redis_channel import RedisChannel
from tests.stand_ins import names, replay


class RawRedis:
    """PUBLISH and XADD in a pipeline, over one socket. Enough of a client for ``RedisChannel``."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self._socket = socket.create_connection((host, int(port)), timeout=5)
        self._answers = self._socket.makefile("rb")
        self._commands = []

    def pipeline(self, transaction):
        self._commands = []
        return self

    def publish(self, channel, text):
        self._commands.append([b"PUBLISH", channel.encode(), text])

    def xadd(self, name, fields, maxlen, approximate):
        pairs = [part for key, value in fields.items() for part in (key.encode(), value)]
        self._commands.append([b"XADD", name.encode(), b"MAXLEN", b"~", str(maxlen).encode(), b"*", *pairs])

    def execute(self):
        for command in self._commands:
            parts = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in command)
            self._socket.sendall(b"*%d\r\n%s" % (len(command), parts))
        for _ in self._commands:
            head = self._answers.readline()
            if head.startswith(b"$"):
                self._answers.read(int(head[1:]) + 2)
            elif not head.startswith(b":"):
                raise OSError(head.decode())

    def close(self):
        self._socket.close()


def main():
    options = {}
    address = os.environ.get("RAW_REDIS")
    if address:
        channel = os.environ["SPANLIGHT_REDIS_CHANNEL"]
        options["make_channel"] = lambda: RedisChannel(None, channel, 10_000, RawRedis(address))
    processor = SpanlightProcessor(service="captures", **options)
    for name in names():
        replay(processor, name)
    processor.force_flush(20)
    processor.shutdown()
    print(processor.stats)


if __name__ == "__main__":
    main()
