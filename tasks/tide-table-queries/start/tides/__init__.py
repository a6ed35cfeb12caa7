"""A harbour's tide table."""

from .table import Table

__all__ = ["Table"]
