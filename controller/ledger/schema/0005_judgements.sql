-- What judging leaves: the verdict on each try, how each test of each suite ended, and the suites known to pass.

CREATE TABLE IF NOT EXISTS judgements (try INTEGER PRIMARY KEY REFERENCES tries, fingerprint TEXT NOT NULL,
    tree TEXT NOT NULL, decision TEXT NOT NULL, gate TEXT NOT NULL, again INTEGER NOT NULL,
    configuration TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS judgements_fingerprint ON judgements (fingerprint);
CREATE TABLE IF NOT EXISTS test_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS test_ends (try INTEGER NOT NULL REFERENCES tries, suite TEXT NOT NULL,
    test INTEGER NOT NULL REFERENCES test_names, result TEXT NOT NULL, PRIMARY KEY (try, suite, test)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS test_ends_flaky ON test_ends (test) WHERE result = 'flaky';
CREATE VIEW IF NOT EXISTS test_results AS SELECT e.try, e.suite, n.name AS test, e.result
    FROM test_ends e JOIN test_names n ON n.id = e.test;
CREATE TABLE IF NOT EXISTS suites (tree TEXT NOT NULL, configuration TEXT NOT NULL, told TEXT NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (tree, configuration));
