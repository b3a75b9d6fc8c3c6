"""Reports runs of the OpenAI Agents SDK for Python to a Spanlight relay.

    from agents import add_trace_processor
    from spanlight import SpanlightProcessor

    add_trace_processor(SpanlightProcessor())

Standard library only; the channel of Redis needs the package ``redis``.
"""

from .decisions import verify_decision
from .processor import SpanlightProcessor

__all__ = ["SpanlightProcessor", "verify_decision"]
