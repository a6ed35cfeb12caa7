-- What happened: runs, the tries at each generation, the phases of each try, the generations that were recorded, and
-- every call to a model. Times (started, at, settled, ended) are seconds since the epoch, UTC. tokens and calls of a
-- run are its budget, NULL: no limit. A call that is not settled holds `reserved` tokens.

CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, lineage TEXT NOT NULL, started REAL NOT NULL,
    until INTEGER NOT NULL, settings TEXT NOT NULL, tokens INTEGER, calls INTEGER, ended REAL, reason TEXT);
CREATE TABLE IF NOT EXISTS tries (id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs, lineage TEXT NOT NULL,
    generation INTEGER NOT NULL, number INTEGER NOT NULL, parent TEXT NOT NULL, started REAL NOT NULL,
    ended REAL, outcome TEXT, reason TEXT, UNIQUE (lineage, generation, number));
CREATE TABLE IF NOT EXISTS phases (try INTEGER NOT NULL REFERENCES tries, name TEXT NOT NULL, at REAL NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (try, name));
CREATE TABLE IF NOT EXISTS generations (lineage TEXT NOT NULL, number INTEGER NOT NULL,
    try INTEGER NOT NULL REFERENCES tries, id TEXT NOT NULL, outcome TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (lineage, number));
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, try INTEGER NOT NULL REFERENCES tries, run TEXT NOT NULL,
    at REAL NOT NULL, model TEXT NOT NULL, reserved INTEGER NOT NULL CHECK (reserved >= 0), settled REAL,
    status INTEGER, input INTEGER NOT NULL DEFAULT 0, cached INTEGER NOT NULL DEFAULT 0,
    written INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS calls_run ON calls (run);
CREATE INDEX IF NOT EXISTS calls_try ON calls (try);
