"""The nouns of `programs`, split by subject."""

from programs.models.portfolio import Membership, Program

__all__ = ["Membership", "Program"]
