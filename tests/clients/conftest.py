"""Gateways, stopped when the test ends."""

from tests.controller.gateway.conftest import gateways

__all__ = ["gateways"]
