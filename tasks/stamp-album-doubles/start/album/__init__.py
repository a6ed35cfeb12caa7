"""Stamps."""
