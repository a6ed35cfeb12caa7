"""The nodes of a lineage, and which of them the next life is born of."""
