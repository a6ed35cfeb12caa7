"""Loans of the museum's objects."""
