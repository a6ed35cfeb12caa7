"""The schema of dollars, kept as whole nanodollars, and of what one run may use of each scope.

`cost` is what a call was billed (NULL: it has no price), `owed` what is set aside for it; `long` are those of the
written tokens that are kept for an hour, `compacted` those of input and output that a compaction took. From here on the
chain carries dollars too.
"""

from controller.ledger.link import ANCHOR_COLUMNS, BEFORE, CALL_COLUMNS, FUNCTION, RECOUNT, SETTLED, new
from controller.ledger.promise import TOTALS

MORE = ("long", "compacted", "cost", "owed")
PRICED_COLUMNS = (*CALL_COLUMNS, "long", "compacted", "cost")
PRICED_ANCHOR = (*ANCHOR_COLUMNS, "dollars", "added_dollars")
ALL = (*TOTALS[1:], *MORE)
DOLLARS = "NEW.cost + NEW.owed - NEW.over_cost"
DAY = 86_400  # seconds
HELD = "{0}.input + {0}.cached + {0}.written + {0}.output + {0}.reserved"
PAID = "coalesce({0}.cost, 0) + {0}.owed"
KEYS = (("life", "NEW.try"), ("day", f"CAST(NEW.at / {DAY} AS INTEGER)"))
LIMIT = """(SELECT {0} FROM limits WHERE scope = 'life' AND run = (SELECT run FROM tries WHERE id = NEW.key))"""
PRICED = f"""
    INSERT INTO chain (call, run, tokens, calls, dollars, hash)
        SELECT NEW.id, NEW.run, tokens, calls, dollars,
            {FUNCTION}({BEFORE}, {new(PRICED_COLUMNS)}, tokens, calls, dollars)
        FROM (SELECT coalesce(max(tokens), 0) + {SETTLED} AS tokens,
                     coalesce(max(calls), 0) + (NEW.status IS NOT 498) AS calls,
                     coalesce(max(dollars), 0) + coalesce(NEW.cost, 0) AS dollars
              FROM (SELECT tokens, calls, dollars FROM chain WHERE run = NEW.run ORDER BY id DESC LIMIT 1));
"""
RECOUNT_DOLLARS = """UPDATE totals SET
        owed = (SELECT coalesce(sum(owed), 0) FROM calls WHERE run = NEW.run),
        cost = (SELECT coalesce(sum(cost), 0) FROM calls WHERE run = NEW.run)
            + (SELECT coalesce(sum(added_dollars), 0) FROM anchors WHERE run = NEW.run),
        over_cost = max(over_cost, (SELECT coalesce(sum(coalesce(cost, 0) + owed), 0) FROM calls WHERE run = NEW.run)
            + (SELECT coalesce(sum(added_dollars), 0) FROM anchors WHERE run = NEW.run)
            - coalesce((SELECT dollars FROM runs WHERE id = NEW.run), 9e18))
        WHERE run = NEW.run;"""


def _sums(sign: str) -> str:
    return ", ".join(f"{name} = {name} + coalesce(NEW.{name}, 0){sign.format(name)}" for name in ALL)


def _count(old: bool) -> str:
    """Statements that add a call to the sums of its life and its day, less what it was counted with before."""
    parts = [f"({part})" for part in ("{0}.status IS NOT 498", HELD, PAID)]
    more = [part.format("NEW") + f" - {part.format('OLD')}" * old for part in parts]
    return "".join(
        f"INSERT INTO sums (scope, key) VALUES ('{scope}', {key}) ON CONFLICT DO NOTHING;\n"
        f"UPDATE sums SET calls = calls + {more[0]}, tokens = tokens + {more[1]}, dollars = dollars + {more[2]} "
        f"WHERE scope = '{scope}' AND key = {key};\n"
        for scope, key in KEYS
    )


def _backfill() -> str:
    """The same for the calls of an older ledger."""
    return "".join(
        f"INSERT INTO sums SELECT '{scope}', {key.replace('NEW.', '')}, count(*) FILTER (WHERE status IS NOT 498), "
        f"sum({HELD.format('calls')}), 0 FROM calls GROUP BY 2;\n"
        for scope, key in KEYS
    )


MONEY = f"""
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
{_backfill()}
{"".join(f"ALTER TABLE totals ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0; " for name in (*MORE, "over_cost"))}
ALTER TABLE chain ADD COLUMN dollars INTEGER;
ALTER TABLE anchors ADD COLUMN dollars INTEGER NOT NULL DEFAULT 0;
ALTER TABLE anchors ADD COLUMN added_dollars INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER call_made;
CREATE TRIGGER call_made AFTER INSERT ON calls BEGIN
    INSERT INTO totals (run) VALUES (NEW.run) ON CONFLICT DO NOTHING;
    UPDATE totals SET calls = calls + (NEW.status IS NOT 498), {_sums("")} WHERE run = NEW.run;
    {_count(old=False)}
END;
DROP TRIGGER call_changed;
CREATE TRIGGER call_changed AFTER UPDATE ON calls BEGIN
    UPDATE totals SET calls = calls + (NEW.status IS NOT 498) - (OLD.status IS NOT 498),
        {_sums(" - coalesce(OLD.{}, 0)")} WHERE run = NEW.run;
    {_count(old=True)}
END;
CREATE TRIGGER dollars_kept AFTER UPDATE ON totals
    WHEN {DOLLARS} > (SELECT dollars FROM runs WHERE id = NEW.run) BEGIN
    SELECT RAISE(ABORT, 'spent + reserved would exceed the budget in dollars');
END;
CREATE TRIGGER life_kept AFTER UPDATE ON sums WHEN NEW.scope = 'life' AND NEW.calls > OLD.calls AND (
    NEW.tokens > {LIMIT.format("tokens")} OR NEW.dollars > {LIMIT.format("dollars")}
    OR NEW.calls > {LIMIT.format("calls")}) BEGIN
    SELECT RAISE(ABORT, 'spent + reserved would exceed the budget of this life');
END;
DROP TRIGGER chain_settled;
CREATE TRIGGER chain_settled AFTER UPDATE ON calls
    WHEN OLD.settled IS NULL AND NEW.settled IS NOT NULL BEGIN {PRICED} END;
DROP TRIGGER chain_refused;
CREATE TRIGGER chain_refused AFTER INSERT ON calls WHEN NEW.settled IS NOT NULL BEGIN {PRICED} END;
DROP TRIGGER chain_anchored;
CREATE TRIGGER chain_anchored AFTER INSERT ON anchors BEGIN
    INSERT INTO totals (run) VALUES (NEW.run) ON CONFLICT DO NOTHING;
    {RECOUNT}
    {RECOUNT_DOLLARS}
    INSERT INTO chain (anchor, run, tokens, calls, dollars, hash)
        VALUES (NEW.id, NEW.run, NEW.tokens, NEW.calls, NEW.dollars,
        {FUNCTION}({BEFORE}, 'anchor', {new(PRICED_ANCHOR)}));
END;
"""
