"""The verbs of `programs`: plain functions, atomic, that name who acts."""
