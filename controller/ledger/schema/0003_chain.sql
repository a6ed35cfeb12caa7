-- The chain: a row for each settled call, with the running total of its run and a hash over the row before it and the
-- call. An anchor is a total that no call accounts for. heirloom_link is the function of controller/ledger/link.py, and
-- the order of its arguments is the order of the columns named there.

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
    WHEN OLD.settled IS NULL AND NEW.settled IS NOT NULL BEGIN
    INSERT INTO chain (call, run, tokens, calls, hash)
        SELECT NEW.id, NEW.run, tokens, calls, heirloom_link(
            coalesce((SELECT hash FROM chain ORDER BY id DESC LIMIT 1), ''),
            NEW.id, NEW.try, NEW.run, NEW.at, NEW.model, NEW.status, NEW.settled,
            NEW.input, NEW.cached, NEW.written, NEW.output, tokens, calls)
        FROM (SELECT coalesce(max(tokens), 0) + NEW.input + NEW.cached + NEW.written + NEW.output AS tokens,
                     coalesce(max(calls), 0) + (NEW.status IS NOT 498) AS calls
              FROM (SELECT tokens, calls FROM chain WHERE run = NEW.run ORDER BY id DESC LIMIT 1));
END;
CREATE TRIGGER IF NOT EXISTS chain_refused AFTER INSERT ON calls WHEN NEW.settled IS NOT NULL BEGIN
    INSERT INTO chain (call, run, tokens, calls, hash)
        SELECT NEW.id, NEW.run, tokens, calls, heirloom_link(
            coalesce((SELECT hash FROM chain ORDER BY id DESC LIMIT 1), ''),
            NEW.id, NEW.try, NEW.run, NEW.at, NEW.model, NEW.status, NEW.settled,
            NEW.input, NEW.cached, NEW.written, NEW.output, tokens, calls)
        FROM (SELECT coalesce(max(tokens), 0) + NEW.input + NEW.cached + NEW.written + NEW.output AS tokens,
                     coalesce(max(calls), 0) + (NEW.status IS NOT 498) AS calls
              FROM (SELECT tokens, calls FROM chain WHERE run = NEW.run ORDER BY id DESC LIMIT 1));
END;
CREATE TRIGGER IF NOT EXISTS chain_anchored AFTER INSERT ON anchors BEGIN
    INSERT INTO totals (run) VALUES (NEW.run) ON CONFLICT DO NOTHING;
    UPDATE totals SET
        input = (SELECT coalesce(sum(input), 0) FROM calls WHERE run = NEW.run),
        cached = (SELECT coalesce(sum(cached), 0) FROM calls WHERE run = NEW.run),
        written = (SELECT coalesce(sum(written), 0) FROM calls WHERE run = NEW.run),
        reserved = (SELECT coalesce(sum(reserved), 0) FROM calls WHERE run = NEW.run),
        output = (SELECT coalesce(sum(output), 0) FROM calls WHERE run = NEW.run)
            + (SELECT coalesce(sum(added_tokens), 0) FROM anchors WHERE run = NEW.run),
        calls = (SELECT count(*) FROM calls WHERE run = NEW.run AND status IS NOT 498)
            + (SELECT coalesce(sum(added_calls), 0) FROM anchors WHERE run = NEW.run),
        over = max(over,
            (SELECT coalesce(sum(input + cached + written + output + reserved), 0) FROM calls WHERE run = NEW.run)
            + (SELECT coalesce(sum(added_tokens), 0) FROM anchors WHERE run = NEW.run)
            - coalesce((SELECT tokens FROM runs WHERE id = NEW.run), 9e18))
        WHERE run = NEW.run;
    INSERT INTO chain (anchor, run, tokens, calls, hash) VALUES (NEW.id, NEW.run, NEW.tokens, NEW.calls,
        heirloom_link(
            coalesce((SELECT hash FROM chain ORDER BY id DESC LIMIT 1), ''), 'anchor',
            NEW.id, NEW.at, NEW.run, NEW.tokens, NEW.calls, NEW.added_tokens, NEW.added_calls, NEW.why));
END;
INSERT INTO anchors (at, run, tokens, calls, added_tokens, added_calls, why)
    SELECT CAST(strftime('%s', 'now') AS REAL), run, sum(input + cached + written + output),
        count(*) FILTER (WHERE status IS NOT 498), 0, 0, 'the chain begins here'
    FROM calls WHERE settled IS NOT NULL GROUP BY run;
