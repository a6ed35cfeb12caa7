"""The controller's durable facts in SQLite. Times: seconds since the epoch, UTC; tokens: whole numbers."""
