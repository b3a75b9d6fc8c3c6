"""Stand-ins for the SDK's objects, made from its captured callbacks, and channels that remember or fail."""

import json
from pathlib import Path

from spanlight.http_channel import ChannelError

FIXTURES = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "openai-agents-python"


class Record:
    """An object with the attributes it is given, as the SDK's are."""

    def __init__(self, **fields):
        self.__dict__.update(fields)


class Exported(Record):
    """A trace or a span: ``export()`` gives its JSON, as it was captured."""

    def export(self):
        return self.item


def callbacks(name):
    """The lines of a capture."""
    with open(FIXTURES / f"{name}.callbacks.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def replay(processor, name):
    """Calls the processor as the SDK did."""
    for line in callbacks(name):
        event, item = line["event"], line.get("item")
        if event == "host.interrupted":
            processor.approvals(
                Record(interruptions=[interruption_of(raw) for raw in line["interruptions"]]),
                trace_id=callbacks(name)[0]["item"]["id"],
            )
        elif event == "host.decided":
            processor.decided(line["call_id"], callbacks(name)[0]["item"]["id"], line["decision"], by="m.osei")
        elif item is not None:
            data = Record(**line.get("private_span_data", {}))
            getattr(processor, f"on_{event}")(Exported(item=item, span_data=data))


def interruption_of(raw):
    return Record(tool_name=raw["tool_name"], agent=Record(name=raw["agent"]), raw_item=raw["raw_item"])


def names():
    return sorted(path.name.removesuffix(".callbacks.jsonl") for path in FIXTURES.glob("*.callbacks.jsonl"))


class Remembering:
    """A channel that keeps what is published. ``fails``: so many times before it works."""

    def __init__(self, fails=0, retry=True):
        self.texts = []
        self.fails = fails
        self.retry = retry
        self.largest = 0

    def publish(self, texts):
        if self.fails > 0:
            self.fails -= 1
            raise ChannelError("net.Down", retry=self.retry)
        self.largest = max(self.largest, len(texts))
        self.texts.extend(texts)

    def close(self):
        pass

    @property
    def messages(self):
        return [json.loads(text) for text in self.texts]


class Down:
    """A channel behind which nobody is."""

    def publish(self, texts):
        raise ChannelError("net.ConnectionRefusedError", retry=True)

    def close(self):
        pass
