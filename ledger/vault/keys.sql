-- create_keys: one row per key id, kept for ever; a destroyed key leaves its id behind so it cannot come back
CREATE TABLE IF NOT EXISTS subject_key (
    number    INTEGER PRIMARY KEY,
    key_id    TEXT NOT NULL UNIQUE,
    created   TEXT NOT NULL,
    epoch     TEXT,
    wrapped   BLOB,
    destroyed INTEGER,
    CHECK ((destroyed IS NULL) = (wrapped IS NOT NULL)),
    CHECK ((destroyed IS NULL) = (epoch IS NOT NULL))
) STRICT;

-- create_destructions: lets every process learn cheaply what others destroyed since it last looked
CREATE INDEX IF NOT EXISTS subject_key_destroyed ON subject_key (destroyed) WHERE destroyed IS NOT NULL;

-- create_keks: a wrapped check value per KEK epoch, so a wrong KEK is known before it wraps anything
CREATE TABLE IF NOT EXISTS kek (
    epoch TEXT PRIMARY KEY,
    proof BLOB NOT NULL
) STRICT;

-- forbid_forgetting: a tombstone may not be deleted
CREATE TRIGGER IF NOT EXISTS subject_key_stays BEFORE DELETE ON subject_key
BEGIN
    SELECT raise(ABORT, 'a key id is never forgotten');
END;

-- forbid_revival: a destroyed key may not be given bytes again
CREATE TRIGGER IF NOT EXISTS subject_key_stays_destroyed BEFORE UPDATE ON subject_key
WHEN OLD.destroyed IS NOT NULL AND NEW.destroyed IS NOT OLD.destroyed
BEGIN
    SELECT raise(ABORT, 'a destroyed key stays destroyed');
END;

-- add_kek: note the proof of an epoch the first time it is used
INSERT INTO kek (epoch, proof) VALUES (:epoch, :proof) ON CONFLICT DO NOTHING;

-- find_kek: the proof of one epoch
SELECT proof FROM kek WHERE epoch = :epoch;

-- add_key: the first creator wins
INSERT INTO subject_key (key_id, created, epoch, wrapped)
VALUES (:key_id, :created, :epoch, :wrapped)
ON CONFLICT (key_id) DO NOTHING;

-- find_keys: the rows of the given ids, dead or alive; :ids is a JSON array
SELECT key_id, epoch, wrapped
  FROM subject_key
 WHERE key_id IN (SELECT value FROM json_each(:ids));

-- last_destruction: the number of the latest destruction
SELECT coalesce(max(destroyed), 0) FROM subject_key;

-- destroyed_after: what was destroyed after a numbered destruction
SELECT key_id, destroyed FROM subject_key WHERE destroyed > :after;

-- destroy_key: take the bytes away and leave the tombstone, also for an id this store has never seen
INSERT INTO subject_key (key_id, created, destroyed)
VALUES (:key_id, :created, :number)
ON CONFLICT (key_id) DO UPDATE
   SET epoch = NULL, wrapped = NULL, destroyed = coalesce(destroyed, excluded.destroyed);

-- find_former: live keys that are wrapped under another epoch than the given one
SELECT key_id, epoch, wrapped FROM subject_key WHERE destroyed IS NULL AND epoch <> :epoch;

-- rewrap_key: replace the wrapping of one live key
UPDATE subject_key SET epoch = :epoch, wrapped = :wrapped WHERE key_id = :key_id AND destroyed IS NULL;
