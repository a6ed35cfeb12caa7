-- The recordings of a lineage's lives. A body (compressed, under its SHA-256) is stored once, and dropped by setting
-- data to NULL. An exchange names its bodies. life: the ledger's try. at: seconds since the epoch, UTC.

CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, life INTEGER NOT NULL,
    stored INTEGER NOT NULL, data BLOB);
CREATE INDEX IF NOT EXISTS bodies_life ON bodies (life, stored);
CREATE TABLE IF NOT EXISTS exchanges (life INTEGER NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL,
    path TEXT NOT NULL, call INTEGER, rest INTEGER NOT NULL, system INTEGER, tools INTEGER, messages BLOB NOT NULL,
    status INTEGER, headers TEXT NOT NULL, answer INTEGER NOT NULL, whole INTEGER NOT NULL,
    PRIMARY KEY (life, number)) WITHOUT ROWID;
