-- calls.assumed: those of the output tokens that no provider told, and that were booked because they were set aside.
-- A run that was billed more than was set aside for a call gets no further call; a refused one (498) is none.

ALTER TABLE calls ADD COLUMN assumed INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER bound_holds BEFORE INSERT ON calls
    WHEN NEW.status IS NOT 498 AND EXISTS (SELECT 1 FROM totals WHERE run = NEW.run AND (over > 0 OR over_cost > 0)) BEGIN
    SELECT RAISE(ABORT, 'a call was billed more than its bound: this run may send no more');
END;
