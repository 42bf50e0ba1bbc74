"""The verbs of `people`: plain functions, atomic, that name who acts."""
