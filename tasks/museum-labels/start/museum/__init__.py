"""Labels of a museum."""
