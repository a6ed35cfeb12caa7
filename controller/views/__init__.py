"""What a person reads: log, show, status, progress. Read only."""
