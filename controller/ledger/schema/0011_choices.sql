-- Which node each try descends from, and how it was chosen. `head`: where the branch stood when parents are chosen, so that
-- the try is told by a commit of the log; empty where the try's parent is where the branch stood, as in a plain line.
-- `draw`: what the random numbers were seeded with. `newest`, `gradings`: how much of the archive there was, the newest
-- generation and the newest grading. `digest`: of the archive as it was seen. `scores`: JSON, best first.

ALTER TABLE tries ADD COLUMN head TEXT NOT NULL DEFAULT '';
CREATE TABLE IF NOT EXISTS choices (try INTEGER PRIMARY KEY REFERENCES tries, strategy TEXT NOT NULL, draw TEXT NOT NULL,
    node TEXT NOT NULL, newest INTEGER NOT NULL, gradings INTEGER NOT NULL, digest TEXT NOT NULL, scores TEXT NOT NULL);
-- Which node evidence is for, the newest row of a lineage last; `comparison`: by which it took the place of the one before.
CREATE TABLE IF NOT EXISTS champions (id INTEGER PRIMARY KEY AUTOINCREMENT, lineage TEXT NOT NULL, node TEXT NOT NULL,
    comparison INTEGER NOT NULL REFERENCES comparisons, at REAL NOT NULL);
