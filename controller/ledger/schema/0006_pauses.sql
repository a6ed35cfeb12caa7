-- When a run stood still and why. Of each run at most one pause is open, and the index holds that.

CREATE TABLE IF NOT EXISTS pauses (id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs, kind TEXT NOT NULL,
    reason TEXT NOT NULL, since REAL NOT NULL, look REAL, ended REAL);
CREATE UNIQUE INDEX IF NOT EXISTS pauses_open ON pauses (run) WHERE ended IS NULL;
