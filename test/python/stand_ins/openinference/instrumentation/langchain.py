"""Stands in for the instrumentation: one chain runs as soon as it is instrumented."""

from opentelemetry import trace


class LangChainInstrumentor:
    def instrument(self):
        for processor in trace.get_tracer_provider().processors:
            processor.on_end("0a" * 16, "chain")
