"""The logic of a small signal box."""

from .box import Box, Refused
from .route import Route

__all__ = ["Box", "Refused", "Route"]
