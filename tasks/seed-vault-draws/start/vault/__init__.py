"""A seed vault."""

from .store import Entry, Lot, Short, Vault

__all__ = ["Entry", "Lot", "Short", "Vault"]
