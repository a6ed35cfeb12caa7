-- What gates found out once, as JSON, by a key that names all it depends on.

CREATE TABLE IF NOT EXISTS findings (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, at REAL NOT NULL,
    value TEXT NOT NULL);
