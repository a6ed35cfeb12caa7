-- The running totals of each run, kept by triggers, and the limits that no total may exceed. Status 498 is a call that
-- the budget refused: it counts as no call. `over` are tokens that a provider billed beyond what was reserved.
-- Two controllers may find the same new file, so each statement can be run again.

CREATE TABLE IF NOT EXISTS totals (run TEXT PRIMARY KEY REFERENCES runs,
    calls INTEGER NOT NULL DEFAULT 0, input INTEGER NOT NULL DEFAULT 0, cached INTEGER NOT NULL DEFAULT 0, written INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0, reserved INTEGER NOT NULL DEFAULT 0, over INTEGER NOT NULL DEFAULT 0);
INSERT OR IGNORE INTO totals (run, calls, input, cached, written, output, reserved)
    SELECT run, count(*) FILTER (WHERE status IS NOT 498), sum(input), sum(cached), sum(written), sum(output),
        sum(reserved)
    FROM calls GROUP BY run;
CREATE TRIGGER IF NOT EXISTS call_made AFTER INSERT ON calls BEGIN
    INSERT INTO totals (run) VALUES (NEW.run) ON CONFLICT DO NOTHING;
    UPDATE totals SET calls = calls + (NEW.status IS NOT 498),
        input = input + NEW.input,
        cached = cached + NEW.cached,
        written = written + NEW.written,
        output = output + NEW.output,
        reserved = reserved + NEW.reserved
        WHERE run = NEW.run;
END;
CREATE TRIGGER IF NOT EXISTS call_changed AFTER UPDATE ON calls BEGIN
    UPDATE totals SET calls = calls + (NEW.status IS NOT 498) - (OLD.status IS NOT 498),
        input = input + NEW.input - OLD.input,
        cached = cached + NEW.cached - OLD.cached,
        written = written + NEW.written - OLD.written,
        output = output + NEW.output - OLD.output,
        reserved = reserved + NEW.reserved - OLD.reserved
        WHERE run = NEW.run;
END;
CREATE TRIGGER IF NOT EXISTS call_gone BEFORE DELETE ON calls BEGIN
    SELECT RAISE(ABORT, 'a call is never deleted');
END;
CREATE TRIGGER IF NOT EXISTS tokens_kept AFTER UPDATE ON totals
    WHEN NEW.input + NEW.cached + NEW.written + NEW.output + NEW.reserved - NEW.over > (SELECT tokens FROM runs WHERE id = NEW.run) BEGIN
    SELECT RAISE(ABORT, 'spent + reserved would exceed the budget in tokens');
END;
CREATE TRIGGER IF NOT EXISTS calls_kept AFTER UPDATE ON totals
    WHEN NEW.calls > OLD.calls AND NEW.calls > (SELECT calls FROM runs WHERE id = NEW.run) BEGIN
    SELECT RAISE(ABORT, 'more calls than the budget allows');
END;
