-- What was said and done in all lives, to be searched; all of it is made again from git, ledger and recordings.
-- kind: goal, claim, lesson, verdict, diff, transcript. number: of the try. place: where in the life, for a person.

CREATE VIRTUAL TABLE documents USING fts5(text, lineage UNINDEXED, generation UNINDEXED, number UNINDEXED,
    kind UNINDEXED, place UNINDEXED, tokenize = "unicode61 tokenchars '_'");
-- The generations that are in it, with the lessons that each handed on, as a JSON list of ids.
CREATE TABLE generations (id TEXT PRIMARY KEY, lessons TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lessons (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
-- How far a source was read; of a recorded body, its documents.
CREATE TABLE sources (name TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE bodies (lineage TEXT NOT NULL, body INTEGER NOT NULL, document INTEGER NOT NULL,
    PRIMARY KEY (lineage, body, document)) WITHOUT ROWID;
CREATE TABLE heard (lineage TEXT NOT NULL, life INTEGER NOT NULL, calls INTEGER NOT NULL,
    PRIMARY KEY (lineage, life)) WITHOUT ROWID;
