"""Source adapters: one pure module a platform, from a file to batches of columns."""
