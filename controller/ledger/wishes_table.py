"""The schema of wishes."""

WISHES = """
CREATE TABLE IF NOT EXISTS wishes (id INTEGER PRIMARY KEY AUTOINCREMENT, lineage TEXT NOT NULL,
    generation INTEGER NOT NULL, asked REAL NOT NULL, parent TEXT, made TEXT, done REAL);
"""
