"""The pages of `metrics`."""
