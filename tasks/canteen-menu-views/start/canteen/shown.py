"""What the views share. Nothing yet."""
