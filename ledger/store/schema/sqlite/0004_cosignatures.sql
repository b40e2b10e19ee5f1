-- What witnesses said of a checkpoint: their first line, which shows since when it was seen, and the latest,
-- which shows how long it was the newest. Lines alone; whoever reads them checks them.

CREATE TABLE cosignature (
    ledger_id INTEGER NOT NULL,
    size INTEGER NOT NULL,
    signer TEXT NOT NULL,
    latest INTEGER NOT NULL,
    line TEXT NOT NULL,
    cosigned_at INTEGER NOT NULL,
    PRIMARY KEY (ledger_id, size, signer, latest)
) WITHOUT ROWID;

-- The first line stays for ever, the latest only gives way to a later one.
CREATE TRIGGER cosignature_no_delete BEFORE DELETE ON cosignature
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: DELETE on cosignature is refused'); END;
CREATE TRIGGER cosignature_moves_on BEFORE UPDATE ON cosignature
    WHEN NOT OLD.latest OR NOT NEW.latest OR NEW.cosigned_at <= OLD.cosigned_at
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: UPDATE on cosignature is refused'); END;
CREATE TRIGGER cosignature_no_replace BEFORE INSERT ON cosignature
    WHEN EXISTS (
        SELECT 1 FROM cosignature
        WHERE ledger_id = NEW.ledger_id AND size = NEW.size AND signer = NEW.signer AND latest = NEW.latest
            AND (NOT NEW.latest OR cosigned_at >= NEW.cosigned_at)
    )
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: REPLACE on cosignature is refused'); END;
