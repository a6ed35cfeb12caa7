"""The package loom."""
