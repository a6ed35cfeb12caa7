-- The proving ground. A comparison: is the genome of commit b better than that of commit a? `tasks`: the names and hashes
-- that it was begun with, as JSON; `settings`: all else that changes results. A grading: one side's answer to one task;
-- task_hash is part of every row, so that a result stands for the task as it was. Times are seconds since the epoch, UTC.
-- An opening: the sealed tasks were looked at.

CREATE TABLE IF NOT EXISTS comparisons (id INTEGER PRIMARY KEY AUTOINCREMENT, lineage TEXT NOT NULL, a TEXT NOT NULL,
    b TEXT NOT NULL, suite TEXT NOT NULL, split TEXT NOT NULL, repeats INTEGER NOT NULL, seed INTEGER NOT NULL,
    settings TEXT NOT NULL, tasks TEXT NOT NULL, began REAL NOT NULL, ended REAL, verdict TEXT);
CREATE TABLE IF NOT EXISTS gradings (id INTEGER PRIMARY KEY AUTOINCREMENT,
    comparison INTEGER NOT NULL REFERENCES comparisons, stage TEXT NOT NULL, pair INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('a', 'b')), commit_id TEXT NOT NULL, task TEXT NOT NULL,
    task_hash TEXT NOT NULL, repeat INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('passed', 'failed', 'void')),
    reason TEXT NOT NULL, tokens INTEGER NOT NULL, nanodollars INTEGER, seconds REAL NOT NULL, life INTEGER,
    at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS gradings_commit ON gradings (commit_id);
CREATE INDEX IF NOT EXISTS gradings_comparison ON gradings (comparison);
CREATE TABLE IF NOT EXISTS openings (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL,
    comparison INTEGER NOT NULL REFERENCES comparisons, why TEXT NOT NULL);
