"""A canteen's menu."""
