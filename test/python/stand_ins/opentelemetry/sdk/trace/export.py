from posting import post_span


class SimpleSpanProcessor:
    def __init__(self, exporter):
        self.exporter = exporter

    def on_end(self, trace_id, name):
        post_span(self.exporter.endpoint, self.exporter.headers, trace_id, name)
