"""The numbers: engagement data in, measures out."""
