-- Where the operator asked a lineage to go back to. parent and made: the commit that was moved from, and to.

CREATE TABLE IF NOT EXISTS wishes (id INTEGER PRIMARY KEY AUTOINCREMENT, lineage TEXT NOT NULL,
    generation INTEGER NOT NULL, asked REAL NOT NULL, parent TEXT, made TEXT, done REAL);
