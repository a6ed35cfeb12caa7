"""What stands behind the gateway: one file an upstream."""
