"""The forms of `metrics`."""
