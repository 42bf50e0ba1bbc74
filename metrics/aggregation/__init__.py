"""From stored events to day facts. One idempotent job; it knows nothing of files."""

from metrics.aggregation.recount import catch_up, mark_everything

__all__ = ["catch_up", "mark_everything"]
