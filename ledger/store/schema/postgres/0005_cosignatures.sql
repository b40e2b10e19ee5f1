-- What witnesses said of a checkpoint: their first line, which shows since when it was seen, and the latest,
-- which shows how long it was the newest. Lines alone; whoever reads them checks them.

CREATE TABLE cosignature (
    ledger_id int4 NOT NULL,
    size int8 NOT NULL,
    signer text COLLATE "C" NOT NULL,
    latest boolean NOT NULL,
    line text NOT NULL,
    cosigned_at int8 NOT NULL,
    PRIMARY KEY (ledger_id, size, signer, latest)
);

-- The first line stays for ever, the latest only gives way to a later one.
CREATE TRIGGER cosignature_stays BEFORE DELETE OR TRUNCATE ON cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cosignature_moves_on BEFORE UPDATE ON cosignature
    FOR EACH ROW WHEN (NOT OLD.latest OR NOT NEW.latest OR NEW.cosigned_at <= OLD.cosigned_at)
    EXECUTE FUNCTION refuse_change();
ALTER TABLE cosignature ENABLE ALWAYS TRIGGER cosignature_stays;
ALTER TABLE cosignature ENABLE ALWAYS TRIGGER cosignature_moves_on;

DO $$
BEGIN
    GRANT SELECT, INSERT ON cosignature TO liggare_writer;
    GRANT UPDATE (line, cosigned_at) ON cosignature TO liggare_writer;
    ALTER TABLE cosignature OWNER TO liggare_owner;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE WARNING 'no role liggare_writer: whoever writes the record also keeps cosignatures';
END $$;
