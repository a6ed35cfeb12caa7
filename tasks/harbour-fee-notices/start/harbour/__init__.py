"""Fees of a harbour."""
