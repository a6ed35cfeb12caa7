"""The schema of the chain: tables, and the triggers that add a row to it whenever a call is settled."""

import hashlib
from typing import Any

FUNCTION = "heirloom_link"
CALL_COLUMNS = ("id", "try", "run", "at", "model", "status", "settled", "input", "cached", "written", "output")
ANCHOR_COLUMNS = ("id", "at", "run", "tokens", "calls", "added_tokens", "added_calls", "why")


def link(before: str, *values: Any) -> str:
    """The hash of a row: over the row before it and its own values. SQLite calls it as `heirloom_link`."""
    return hashlib.sha256(repr((before, *values)).encode()).hexdigest()


def new(columns: tuple[str, ...]) -> str:
    """The new values of these columns, as a trigger names them."""
    return ", ".join(f"NEW.{name}" for name in columns)


BEFORE = "coalesce((SELECT hash FROM chain ORDER BY id DESC LIMIT 1), '')"
SETTLED = "NEW.input + NEW.cached + NEW.written + NEW.output"
SETTLE = f"""
    INSERT INTO chain (call, run, tokens, calls, hash)
        SELECT NEW.id, NEW.run, tokens, calls, {FUNCTION}({BEFORE}, {new(CALL_COLUMNS)}, tokens, calls)
        FROM (SELECT coalesce(max(tokens), 0) + {SETTLED} AS tokens,
                     coalesce(max(calls), 0) + (NEW.status IS NOT 498) AS calls
              FROM (SELECT tokens, calls FROM chain WHERE run = NEW.run ORDER BY id DESC LIMIT 1));
"""
COUNTED = ", ".join(
    f"{name} = (SELECT coalesce(sum({name}), 0) FROM calls WHERE run = NEW.run)"
    for name in ("input", "cached", "written", "reserved")
)
ANCHORED = "(SELECT coalesce(sum({0}), 0) FROM anchors WHERE run = NEW.run)"
HELD = "(SELECT coalesce(sum(input + cached + written + output + reserved), 0) FROM calls WHERE run = NEW.run)"
RECOUNT = f"""UPDATE totals SET {COUNTED},
        output = (SELECT coalesce(sum(output), 0) FROM calls WHERE run = NEW.run) + {ANCHORED.format("added_tokens")},
        calls = (SELECT count(*) FROM calls WHERE run = NEW.run AND status IS NOT 498)
            + {ANCHORED.format("added_calls")},
        over = max(over, {HELD} + {ANCHORED.format("added_tokens")}
            - coalesce((SELECT tokens FROM runs WHERE id = NEW.run), 9e18))
        WHERE run = NEW.run;"""
CHAIN = f"""
CREATE TABLE IF NOT EXISTS anchors (id INTEGER PRIMARY KEY, at REAL NOT NULL, run TEXT NOT NULL REFERENCES runs,
    tokens INTEGER NOT NULL, calls INTEGER NOT NULL, added_tokens INTEGER NOT NULL CHECK (added_tokens >= 0),
    added_calls INTEGER NOT NULL CHECK (added_calls >= 0), why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS chain (id INTEGER PRIMARY KEY, call INTEGER UNIQUE REFERENCES calls,
    anchor INTEGER UNIQUE REFERENCES anchors, run TEXT NOT NULL REFERENCES runs,
    tokens INTEGER NOT NULL, calls INTEGER NOT NULL, hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chain_run ON chain (run, id);
CREATE TRIGGER IF NOT EXISTS call_stays BEFORE UPDATE ON calls WHEN OLD.settled IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'a settled call never changes');
END;
CREATE TRIGGER IF NOT EXISTS chain_stays BEFORE UPDATE ON chain BEGIN
    SELECT RAISE(ABORT, 'the chain only grows');
END;
CREATE TRIGGER IF NOT EXISTS chain_kept BEFORE DELETE ON chain BEGIN
    SELECT RAISE(ABORT, 'the chain only grows');
END;
CREATE TRIGGER IF NOT EXISTS chain_settled AFTER UPDATE ON calls
    WHEN OLD.settled IS NULL AND NEW.settled IS NOT NULL BEGIN {SETTLE} END;
CREATE TRIGGER IF NOT EXISTS chain_refused AFTER INSERT ON calls WHEN NEW.settled IS NOT NULL BEGIN {SETTLE} END;
CREATE TRIGGER IF NOT EXISTS chain_anchored AFTER INSERT ON anchors BEGIN
    INSERT INTO totals (run) VALUES (NEW.run) ON CONFLICT DO NOTHING;
    {RECOUNT}
    INSERT INTO chain (anchor, run, tokens, calls, hash) VALUES (NEW.id, NEW.run, NEW.tokens, NEW.calls,
        {FUNCTION}({BEFORE}, 'anchor', {new(ANCHOR_COLUMNS)}));
END;
INSERT INTO anchors (at, run, tokens, calls, added_tokens, added_calls, why)
    SELECT CAST(strftime('%s', 'now') AS REAL), run, sum(input + cached + written + output),
        count(*) FILTER (WHERE status IS NOT 498), 0, 0, 'the chain begins here'
    FROM calls WHERE settled IS NOT NULL GROUP BY run;
"""
