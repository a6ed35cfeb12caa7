"""Loads a ferry."""

from .deck import Lane, Loading, Vehicle, load

__all__ = ["Lane", "Loading", "Vehicle", "load"]
