"""An archive and its mirror."""
