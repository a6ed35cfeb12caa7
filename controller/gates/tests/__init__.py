"""The gate tests: the parent's tests and the child's own on the child's code."""
