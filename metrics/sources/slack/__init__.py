"""Slack: the export of a workspace, as a ZIP or a folder."""

from metrics.sources.slack.export import KEY, LABEL, read, recognises

__all__ = ["KEY", "LABEL", "read", "recognises"]
