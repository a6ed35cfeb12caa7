"""The gate substance: a change of behaviour or tests, without new debt, of a bounded size."""
