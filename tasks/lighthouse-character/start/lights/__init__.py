"""Lights of the coast."""

from .character import Character, CharacterError, is_lit, parse

__all__ = ["Character", "CharacterError", "is_lit", "parse"]
