"""What was lived so far, and which of it the next life descends from."""
