"""Policies about people, as pure functions of values."""
