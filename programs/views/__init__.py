"""The pages of `programs`."""
