"""Ways through canals."""
