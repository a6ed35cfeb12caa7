"""The schema of pauses: at most one of a run is open, and the database holds that."""

PAUSES = """
CREATE TABLE IF NOT EXISTS pauses (id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs, kind TEXT NOT NULL,
    reason TEXT NOT NULL, since REAL NOT NULL, look REAL, ended REAL);
CREATE UNIQUE INDEX IF NOT EXISTS pauses_open ON pauses (run) WHERE ended IS NULL;
"""
