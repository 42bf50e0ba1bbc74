"""The verbs of `metrics`: plain functions, atomic, that name who acts."""
