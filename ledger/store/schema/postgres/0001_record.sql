-- The record: ledgers, their heads, events, the tag index, requests and sealed fields.
-- Every key starts with ledger_id. The hot tables have no foreign keys, jsonb or GIN.

CREATE TABLE ledger (
    ledger_id int4 PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    origin text NOT NULL UNIQUE
);

-- One row per ledger: the lock of every append, and the gapless counter. It is updated once a
-- group, so it gets room for HOT updates.
CREATE TABLE head (
    ledger_id int4 PRIMARY KEY,
    next int8 NOT NULL,
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE event (
    ledger_id int4 NOT NULL,
    position int8 NOT NULL,
    id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL,
    entry bytea NOT NULL,
    leaf bytea NOT NULL,
    PRIMARY KEY (ledger_id, position)
);
CREATE INDEX event_by_type ON event (ledger_id, type, position);

-- One row per tag, topic and group: `position` is the last covered one, `runs` the others.
-- The position comes before the topic: a condition first asks whether anything newer carries the
-- tag at all, which is almost never the case.
CREATE TABLE event_tag (
    ledger_id int4 NOT NULL,
    tag bytea NOT NULL,
    position int8 NOT NULL,
    topic text COLLATE "C" NOT NULL,
    runs bytea,
    PRIMARY KEY (ledger_id, tag, position, topic)
);

CREATE TABLE request (
    ledger_id int4 NOT NULL,
    id uuid NOT NULL,
    first_position int8 NOT NULL,
    events int4 NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (ledger_id, id)
);

-- Ciphertext of sealed fields. The only table of the record from which rows may disappear: erasing
-- a person destroys the key and then the ciphertext.
CREATE TABLE sealed (
    ledger_id int4 NOT NULL,
    position int8 NOT NULL,
    pointer text NOT NULL,
    key text NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (ledger_id, position, pointer)
);
CREATE INDEX sealed_by_key ON sealed (ledger_id, key);

-- Derived from the leaves by the publisher; full tiles never change.
CREATE TABLE tile (
    ledger_id int4 NOT NULL,
    level int2 NOT NULL,
    number int8 NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (ledger_id, level, number)
);

-- Every checkpoint ever signed, kept.
CREATE TABLE checkpoint (
    ledger_id int4 NOT NULL,
    size int8 NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (ledger_id, size)
);

-- Append-only: history is refused to everybody, the owner included. Only dropping the triggers
-- could get past this, and signed checkpoints show that.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'LG002';
END $$;

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_tag_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_tag
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER request_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON request
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_append_only;
ALTER TABLE event_tag ENABLE ALWAYS TRIGGER event_tag_append_only;
ALTER TABLE request ENABLE ALWAYS TRIGGER request_append_only;
ALTER TABLE checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only;

-- For conditions that append_group cannot express: lock the head, look, then append, in one transaction.
CREATE FUNCTION lock_head(p_ledger int4) RETURNS int8 LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT next - 1 FROM head WHERE ledger_id = p_ledger FOR UPDATE
$$;

-- The one way to write. Locks the head, checks the conditions against what was recorded after the
-- group was read (nothing to check when the head has not moved), and inserts everything.
-- Returns the first position, or the ordinals of the conditions that no longer hold.
CREATE FUNCTION append_group(
    p_ledger int4, p_head int8, p_recorded_at timestamptz,
    p_ids uuid[], p_types text[], p_entries bytea[], p_leaves bytea[],
    p_tags bytea[], p_topics text[], p_lasts int4[], p_runs bytea[],
    p_requests uuid[], p_request_ordinals int4[], p_request_events int4[], p_contents bytea[],
    p_sealed_ordinals int4[], p_pointers text[], p_keys text[], p_nonces bytea[], p_ciphertexts bytea[],
    p_condition_tags bytea[], p_condition_topics text[],
    OUT first_position int8, OUT refused int4[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    last_recorded timestamptz;
BEGIN
    SELECT next, recorded_at INTO first_position, last_recorded
        FROM head WHERE ledger_id = p_ledger FOR UPDATE;
    IF first_position IS NULL THEN
        RAISE EXCEPTION 'there is no ledger %', p_ledger USING ERRCODE = 'LG004';
    END IF;
    IF p_recorded_at < last_recorded - interval '5 seconds' THEN
        RAISE EXCEPTION 'the group is stamped %, the last event %', p_recorded_at, last_recorded
            USING ERRCODE = 'LG001';
    END IF;
    -- READ COMMITTED: the statements below see everything committed before the lock was granted.
    IF first_position - 1 <> p_head THEN
        -- OFFSET 0: one index probe for each condition, never a join with the whole index.
        SELECT array_agg((c.ordinal - 1)::int4) INTO refused
            FROM unnest(p_condition_tags, p_condition_topics) WITH ORDINALITY c (tag, topics, ordinal)
            WHERE EXISTS (
                SELECT FROM event_tag t
                WHERE t.ledger_id = p_ledger AND t.tag = c.tag AND t.position > p_head
                    AND (c.topics = '' OR strpos(c.topics, E'\x1f' || t.topic || E'\x1f') > 0)
                OFFSET 0);
        IF refused IS NOT NULL THEN
            RETURN;
        END IF;
    END IF;
    UPDATE head SET next = next + cardinality(p_ids), recorded_at = greatest(recorded_at, p_recorded_at)
        WHERE ledger_id = p_ledger;
    INSERT INTO event
        SELECT p_ledger, first_position + e.ordinal - 1, e.id, e.type, p_recorded_at, e.entry, e.leaf
        FROM unnest(p_ids, p_types, p_entries, p_leaves) WITH ORDINALITY e (id, type, entry, leaf, ordinal);
    INSERT INTO event_tag
        SELECT p_ledger, t.tag, first_position + t.last, t.topic, t.runs
        FROM unnest(p_tags, p_topics, p_lasts, p_runs) t (tag, topic, last, runs);
    INSERT INTO request
        SELECT p_ledger, r.id, first_position + r.ordinal, r.events, r.content
        FROM unnest(p_requests, p_request_ordinals, p_request_events, p_contents) r (id, ordinal, events, content);
    IF cardinality(p_sealed_ordinals) > 0 THEN
        INSERT INTO sealed
            SELECT p_ledger, first_position + s.ordinal, s.pointer, s.key, s.nonce, s.ciphertext
            FROM unnest(p_sealed_ordinals, p_pointers, p_keys, p_nonces, p_ciphertexts)
                s (ordinal, pointer, key, nonce, ciphertext);
    END IF;
    PERFORM pg_notify('liggare', p_ledger::text);
END $$;
