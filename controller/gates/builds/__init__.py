"""The gate builds: the candidate compiles, imports, and type-checks as its parent did."""
