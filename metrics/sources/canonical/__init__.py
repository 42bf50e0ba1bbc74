"""The portal's own event file, for anyone's data: CSV or one JSON object a line."""

from metrics.sources.canonical.export import KEY, LABEL, read, recognises

__all__ = ["KEY", "LABEL", "read", "recognises"]
