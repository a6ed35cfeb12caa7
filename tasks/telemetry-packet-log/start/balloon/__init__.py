"""Telemetry of weather balloons."""
