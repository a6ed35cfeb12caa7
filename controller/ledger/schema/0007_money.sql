-- Dollars, as whole nanodollars, and the limits of a call, a life, a day (86400 s, UTC) and a minute.
-- calls.cost: what a call was billed, NULL: it has no price. calls.owed: what is set aside for it. long: those of the
-- written tokens that are kept for an hour. compacted: tokens of input and output that a compaction took.
-- The triggers' text is the text in the files that exist, long lines and all.

ALTER TABLE runs ADD COLUMN dollars INTEGER;
CREATE TABLE limits (run TEXT NOT NULL REFERENCES runs,
    scope TEXT NOT NULL CHECK (scope IN ('call', 'life', 'day', 'minute')),
    tokens INTEGER, dollars INTEGER, calls INTEGER, PRIMARY KEY (run, scope));
ALTER TABLE calls ADD COLUMN long INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN compacted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN cost INTEGER;
ALTER TABLE calls ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN scope TEXT;
CREATE INDEX calls_at ON calls (at);
CREATE INDEX calls_open ON calls (try) WHERE settled IS NULL;
CREATE TABLE sums (scope TEXT NOT NULL, key INTEGER NOT NULL, calls INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0, dollars INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (scope, key)) WITHOUT ROWID;
INSERT INTO sums
    SELECT 'life', try, count(*) FILTER (WHERE status IS NOT 498),
        sum(input + cached + written + output + reserved), 0
    FROM calls GROUP BY 2;
INSERT INTO sums
    SELECT 'day', CAST(at / 86400 AS INTEGER), count(*) FILTER (WHERE status IS NOT 498),
        sum(input + cached + written + output + reserved), 0
    FROM calls GROUP BY 2;
ALTER TABLE totals ADD COLUMN long INTEGER NOT NULL DEFAULT 0;
ALTER TABLE totals ADD COLUMN compacted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE totals ADD COLUMN cost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE totals ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE totals ADD COLUMN over_cost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chain ADD COLUMN dollars INTEGER;
ALTER TABLE anchors ADD COLUMN dollars INTEGER NOT NULL DEFAULT 0;
ALTER TABLE anchors ADD COLUMN added_dollars INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER call_made;
CREATE TRIGGER call_made AFTER INSERT ON calls BEGIN
    INSERT INTO totals (run) VALUES (NEW.run) ON CONFLICT DO NOTHING;
    UPDATE totals SET calls = calls + (NEW.status IS NOT 498), input = input + coalesce(NEW.input, 0), cached = cached + coalesce(NEW.cached, 0), written = written + coalesce(NEW.written, 0), output = output + coalesce(NEW.output, 0), reserved = reserved + coalesce(NEW.reserved, 0), long = long + coalesce(NEW.long, 0), compacted = compacted + coalesce(NEW.compacted, 0), cost = cost + coalesce(NEW.cost, 0), owed = owed + coalesce(NEW.owed, 0) WHERE run = NEW.run;
    INSERT INTO sums (scope, key) VALUES ('life', NEW.try) ON CONFLICT DO NOTHING;
UPDATE sums SET calls = calls + (NEW.status IS NOT 498), tokens = tokens + (NEW.input + NEW.cached + NEW.written + NEW.output + NEW.reserved), dollars = dollars + (coalesce(NEW.cost, 0) + NEW.owed) WHERE scope = 'life' AND key = NEW.try;
INSERT INTO sums (scope, key) VALUES ('day', CAST(NEW.at / 86400 AS INTEGER)) ON CONFLICT DO NOTHING;
UPDATE sums SET calls = calls + (NEW.status IS NOT 498), tokens = tokens + (NEW.input + NEW.cached + NEW.written + NEW.output + NEW.reserved), dollars = dollars + (coalesce(NEW.cost, 0) + NEW.owed) WHERE scope = 'day' AND key = CAST(NEW.at / 86400 AS INTEGER);

END;
DROP TRIGGER call_changed;
CREATE TRIGGER call_changed AFTER UPDATE ON calls BEGIN
    UPDATE totals SET calls = calls + (NEW.status IS NOT 498) - (OLD.status IS NOT 498),
        input = input + coalesce(NEW.input, 0) - coalesce(OLD.input, 0), cached = cached + coalesce(NEW.cached, 0) - coalesce(OLD.cached, 0), written = written + coalesce(NEW.written, 0) - coalesce(OLD.written, 0), output = output + coalesce(NEW.output, 0) - coalesce(OLD.output, 0), reserved = reserved + coalesce(NEW.reserved, 0) - coalesce(OLD.reserved, 0), long = long + coalesce(NEW.long, 0) - coalesce(OLD.long, 0), compacted = compacted + coalesce(NEW.compacted, 0) - coalesce(OLD.compacted, 0), cost = cost + coalesce(NEW.cost, 0) - coalesce(OLD.cost, 0), owed = owed + coalesce(NEW.owed, 0) - coalesce(OLD.owed, 0) WHERE run = NEW.run;
    INSERT INTO sums (scope, key) VALUES ('life', NEW.try) ON CONFLICT DO NOTHING;
UPDATE sums SET calls = calls + (NEW.status IS NOT 498) - (OLD.status IS NOT 498), tokens = tokens + (NEW.input + NEW.cached + NEW.written + NEW.output + NEW.reserved) - (OLD.input + OLD.cached + OLD.written + OLD.output + OLD.reserved), dollars = dollars + (coalesce(NEW.cost, 0) + NEW.owed) - (coalesce(OLD.cost, 0) + OLD.owed) WHERE scope = 'life' AND key = NEW.try;
INSERT INTO sums (scope, key) VALUES ('day', CAST(NEW.at / 86400 AS INTEGER)) ON CONFLICT DO NOTHING;
UPDATE sums SET calls = calls + (NEW.status IS NOT 498) - (OLD.status IS NOT 498), tokens = tokens + (NEW.input + NEW.cached + NEW.written + NEW.output + NEW.reserved) - (OLD.input + OLD.cached + OLD.written + OLD.output + OLD.reserved), dollars = dollars + (coalesce(NEW.cost, 0) + NEW.owed) - (coalesce(OLD.cost, 0) + OLD.owed) WHERE scope = 'day' AND key = CAST(NEW.at / 86400 AS INTEGER);

END;
CREATE TRIGGER dollars_kept AFTER UPDATE ON totals
    WHEN NEW.cost + NEW.owed - NEW.over_cost > (SELECT dollars FROM runs WHERE id = NEW.run) BEGIN
    SELECT RAISE(ABORT, 'spent + reserved would exceed the budget in dollars');
END;
CREATE TRIGGER life_kept AFTER UPDATE ON sums WHEN NEW.scope = 'life' AND NEW.calls > OLD.calls AND (
    NEW.tokens > (SELECT tokens FROM limits WHERE scope = 'life' AND run = (SELECT run FROM tries WHERE id = NEW.key)) OR NEW.dollars > (SELECT dollars FROM limits WHERE scope = 'life' AND run = (SELECT run FROM tries WHERE id = NEW.key))
    OR NEW.calls > (SELECT calls FROM limits WHERE scope = 'life' AND run = (SELECT run FROM tries WHERE id = NEW.key))) BEGIN
    SELECT RAISE(ABORT, 'spent + reserved would exceed the budget of this life');
END;
DROP TRIGGER chain_settled;
CREATE TRIGGER chain_settled AFTER UPDATE ON calls
    WHEN OLD.settled IS NULL AND NEW.settled IS NOT NULL BEGIN 
    INSERT INTO chain (call, run, tokens, calls, dollars, hash)
        SELECT NEW.id, NEW.run, tokens, calls, dollars,
            heirloom_link(coalesce((SELECT hash FROM chain ORDER BY id DESC LIMIT 1), ''), NEW.id, NEW.try, NEW.run, NEW.at, NEW.model, NEW.status, NEW.settled, NEW.input, NEW.cached, NEW.written, NEW.output, NEW.long, NEW.compacted, NEW.cost, tokens, calls, dollars)
        FROM (SELECT coalesce(max(tokens), 0) + NEW.input + NEW.cached + NEW.written + NEW.output AS tokens,
                     coalesce(max(calls), 0) + (NEW.status IS NOT 498) AS calls,
                     coalesce(max(dollars), 0) + coalesce(NEW.cost, 0) AS dollars
              FROM (SELECT tokens, calls, dollars FROM chain WHERE run = NEW.run ORDER BY id DESC LIMIT 1));
 END;
DROP TRIGGER chain_refused;
CREATE TRIGGER chain_refused AFTER INSERT ON calls WHEN NEW.settled IS NOT NULL BEGIN 
    INSERT INTO chain (call, run, tokens, calls, dollars, hash)
        SELECT NEW.id, NEW.run, tokens, calls, dollars,
            heirloom_link(coalesce((SELECT hash FROM chain ORDER BY id DESC LIMIT 1), ''), NEW.id, NEW.try, NEW.run, NEW.at, NEW.model, NEW.status, NEW.settled, NEW.input, NEW.cached, NEW.written, NEW.output, NEW.long, NEW.compacted, NEW.cost, tokens, calls, dollars)
        FROM (SELECT coalesce(max(tokens), 0) + NEW.input + NEW.cached + NEW.written + NEW.output AS tokens,
                     coalesce(max(calls), 0) + (NEW.status IS NOT 498) AS calls,
                     coalesce(max(dollars), 0) + coalesce(NEW.cost, 0) AS dollars
              FROM (SELECT tokens, calls, dollars FROM chain WHERE run = NEW.run ORDER BY id DESC LIMIT 1));
 END;
DROP TRIGGER chain_anchored;
CREATE TRIGGER chain_anchored AFTER INSERT ON anchors BEGIN
    INSERT INTO totals (run) VALUES (NEW.run) ON CONFLICT DO NOTHING;
    UPDATE totals SET input = (SELECT coalesce(sum(input), 0) FROM calls WHERE run = NEW.run), cached = (SELECT coalesce(sum(cached), 0) FROM calls WHERE run = NEW.run), written = (SELECT coalesce(sum(written), 0) FROM calls WHERE run = NEW.run), reserved = (SELECT coalesce(sum(reserved), 0) FROM calls WHERE run = NEW.run),
        output = (SELECT coalesce(sum(output), 0) FROM calls WHERE run = NEW.run) + (SELECT coalesce(sum(added_tokens), 0) FROM anchors WHERE run = NEW.run),
        calls = (SELECT count(*) FROM calls WHERE run = NEW.run AND status IS NOT 498)
            + (SELECT coalesce(sum(added_calls), 0) FROM anchors WHERE run = NEW.run),
        over = max(over, (SELECT coalesce(sum(input + cached + written + output + reserved), 0) FROM calls WHERE run = NEW.run) + (SELECT coalesce(sum(added_tokens), 0) FROM anchors WHERE run = NEW.run)
            - coalesce((SELECT tokens FROM runs WHERE id = NEW.run), 9e18))
        WHERE run = NEW.run;
    UPDATE totals SET
        owed = (SELECT coalesce(sum(owed), 0) FROM calls WHERE run = NEW.run),
        cost = (SELECT coalesce(sum(cost), 0) FROM calls WHERE run = NEW.run)
            + (SELECT coalesce(sum(added_dollars), 0) FROM anchors WHERE run = NEW.run),
        over_cost = max(over_cost, (SELECT coalesce(sum(coalesce(cost, 0) + owed), 0) FROM calls WHERE run = NEW.run)
            + (SELECT coalesce(sum(added_dollars), 0) FROM anchors WHERE run = NEW.run)
            - coalesce((SELECT dollars FROM runs WHERE id = NEW.run), 9e18))
        WHERE run = NEW.run;
    INSERT INTO chain (anchor, run, tokens, calls, dollars, hash)
        VALUES (NEW.id, NEW.run, NEW.tokens, NEW.calls, NEW.dollars,
        heirloom_link(coalesce((SELECT hash FROM chain ORDER BY id DESC LIMIT 1), ''), 'anchor', NEW.id, NEW.at, NEW.run, NEW.tokens, NEW.calls, NEW.added_tokens, NEW.added_calls, NEW.why, NEW.dollars, NEW.added_dollars));
END;
