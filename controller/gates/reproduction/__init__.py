"""The gate reproduction: the candidate lives a whole life under the stub model."""
