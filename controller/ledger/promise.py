"""The promise, kept by the database itself: running totals of each run, and what they may never exceed.

`over` is what a provider billed beyond what was reserved for a call: it is booked, because it is true, and named.
Everything here can be run again: two controllers may find the same new file.
"""

TOTALS = ("calls", "input", "cached", "written", "output", "reserved")
TOKENS = " + ".join(f"NEW.{name}" for name in TOTALS[1:])

PROMISE = f"""
CREATE TABLE IF NOT EXISTS totals (run TEXT PRIMARY KEY REFERENCES runs,
    {" ".join(f"{name} INTEGER NOT NULL DEFAULT 0," for name in TOTALS)} over INTEGER NOT NULL DEFAULT 0);
INSERT OR IGNORE INTO totals (run, {", ".join(TOTALS)})
    SELECT run, count(*) FILTER (WHERE status IS NOT 498), {", ".join(f"sum({name})" for name in TOTALS[1:])}
    FROM calls GROUP BY run;
CREATE TRIGGER IF NOT EXISTS call_made AFTER INSERT ON calls BEGIN
    INSERT INTO totals (run) VALUES (NEW.run) ON CONFLICT DO NOTHING;
    UPDATE totals SET calls = calls + (NEW.status IS NOT 498),
        {", ".join(f"{name} = {name} + NEW.{name}" for name in TOTALS[1:])} WHERE run = NEW.run;
END;
CREATE TRIGGER IF NOT EXISTS call_changed AFTER UPDATE ON calls BEGIN
    UPDATE totals SET calls = calls + (NEW.status IS NOT 498) - (OLD.status IS NOT 498),
        {", ".join(f"{name} = {name} + NEW.{name} - OLD.{name}" for name in TOTALS[1:])} WHERE run = NEW.run;
END;
CREATE TRIGGER IF NOT EXISTS call_gone BEFORE DELETE ON calls BEGIN
    SELECT RAISE(ABORT, 'a call is never deleted');
END;
CREATE TRIGGER IF NOT EXISTS tokens_kept AFTER UPDATE ON totals
    WHEN {TOKENS} - NEW.over > (SELECT tokens FROM runs WHERE id = NEW.run) BEGIN
    SELECT RAISE(ABORT, 'spent + reserved would exceed the budget in tokens');
END;
CREATE TRIGGER IF NOT EXISTS calls_kept AFTER UPDATE ON totals
    WHEN NEW.calls > OLD.calls AND NEW.calls > (SELECT calls FROM runs WHERE id = NEW.run) BEGIN
    SELECT RAISE(ABORT, 'more calls than the budget allows');
END;
"""
