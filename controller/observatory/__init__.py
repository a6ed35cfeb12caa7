"""What was lived, put together out of git, the ledger and the recordings, for whoever shows it. Nothing is rendered."""
