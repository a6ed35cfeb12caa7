"""The ledger held against its witnesses, and its backups."""
