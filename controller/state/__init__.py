"""Where a lineage lies on this disk, and whether it can be lived there."""
