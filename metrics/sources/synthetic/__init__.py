"""Exports of invented communities in real formats, for demos and benchmarks."""

from metrics.sources.synthetic.canonical import write_canonical
from metrics.sources.synthetic.community import Plan, invent
from metrics.sources.synthetic.slack import write_slack

__all__ = ["Plan", "invent", "write_canonical", "write_slack"]
