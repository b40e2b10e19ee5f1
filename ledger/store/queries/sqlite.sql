-- ledger_id: the number of a ledger, by its origin
SELECT ledger_id FROM ledger WHERE origin = :origin;

-- create_ledger: a new ledger
INSERT INTO ledger (origin) VALUES (:origin) ON CONFLICT (origin) DO NOTHING;

-- create_head: the head row of a new ledger
INSERT INTO head SELECT ledger_id, 1, '' FROM ledger
    WHERE origin = :origin AND ledger_id NOT IN (SELECT ledger_id FROM head);

-- head: the last position
SELECT next - 1 FROM head WHERE ledger_id = :ledger;

-- head_row: the next position and when the last group was recorded
SELECT next, recorded_at FROM head WHERE ledger_id = :ledger;

-- move_head: take the positions of a group
UPDATE head SET next = next + :events, recorded_at = max(recorded_at, :recorded_at) WHERE ledger_id = :ledger;

-- history: the newest entry of each tag row found by a probe
SELECT t.position, e.entry, t.runs
    FROM event_tag t
    JOIN event e ON e.ledger_id = t.ledger_id AND e.position = t.position
    WHERE t.ledger_id = ?1 AND t.tag = ?2 AND t.position > ?3
        AND (?4 = '' OR instr(?4, char(31) || t.topic || char(31)) > 0);

-- present_requests: which of some request ids are known; the list follows
SELECT id FROM request WHERE ledger_id = ? AND id IN;

-- present_tags: which of some tags anything carries; the list follows
SELECT DISTINCT tag FROM event_tag WHERE ledger_id = ? AND tag IN;

-- refuted: whether a probe finds anything newer
SELECT 1 FROM event_tag
    WHERE ledger_id = ?1 AND tag = ?2 AND position > ?3
        AND (?4 = '' OR instr(?4, char(31) || topic || char(31)) > 0)
    LIMIT 1;

-- add_event: one event
INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?);

-- add_tag: one row of the tag index
INSERT INTO event_tag VALUES (?, ?, ?, ?, ?);

-- add_request: one accepted request
INSERT INTO request VALUES (?, ?, ?, ?, ?);

-- add_sealed: one sealed field
INSERT INTO sealed VALUES (?, ?, ?, ?, ?, ?);

-- last_recorded: when the last group was recorded
SELECT recorded_at FROM head WHERE ledger_id = :ledger;

-- entries: a page of entries
SELECT position, entry FROM event
    WHERE ledger_id = :ledger AND position > :after
    ORDER BY position LIMIT :limit;

-- entries_of_types: a page of the entries of some types
SELECT position, entry FROM event
    WHERE ledger_id = :ledger AND position > :after AND type IN (SELECT value FROM json_each(:types))
    ORDER BY position LIMIT :limit;

-- leaves: a page of leaf hashes
SELECT leaf FROM event
    WHERE ledger_id = :ledger AND position > :after
    ORDER BY position LIMIT :limit;

-- entries_at: the entries at some positions
SELECT position, entry FROM event
    WHERE ledger_id = :ledger AND position IN (SELECT value FROM json_each(:positions))
    ORDER BY position;

-- tag_rows: the index rows of a tag that may cover positions after a given one
SELECT position, runs FROM event_tag
    WHERE ledger_id = :ledger AND tag = :tag AND position > :after
        AND (:topics = '' OR instr(:topics, char(31) || topic || char(31)) > 0)
    ORDER BY position;

-- request: what is known of a request id
SELECT first_position, events, content FROM request WHERE ledger_id = :ledger AND id = :id;

-- recorded: the leaf hashes of a request's events and when they were recorded
SELECT leaf, recorded_at FROM event
    WHERE ledger_id = :ledger AND position >= :first AND position < :next
    ORDER BY position;

-- sealed: the ciphertexts at some positions
SELECT position, pointer, key, nonce, ciphertext FROM sealed
    WHERE ledger_id = :ledger AND position IN (SELECT value FROM json_each(:positions))
    ORDER BY position, pointer;

-- delete_sealed: take away the ciphertexts under some keys, which are destroyed
DELETE FROM sealed WHERE ledger_id = :ledger AND key IN (SELECT value FROM json_each(:keys));

-- last_checkpoint: the newest checkpoint
SELECT size, root, note FROM checkpoint WHERE ledger_id = :ledger ORDER BY size DESC LIMIT 1;

-- checkpoint_covering: the oldest checkpoint that covers a size
SELECT size, root, note FROM checkpoint WHERE ledger_id = :ledger AND size >= :size ORDER BY size LIMIT 1;

-- add_checkpoint: keep a signed checkpoint
INSERT INTO checkpoint VALUES (:ledger, :size, :root, :note, :signed_at);

-- checkpoints: a page of the history of checkpoints
SELECT size, root, note FROM checkpoint WHERE ledger_id = :ledger AND size > :after ORDER BY size LIMIT :limit;

-- cosignatures: what witnesses said of the checkpoint of a size
SELECT size, signer, line, cosigned_at FROM cosignature
    WHERE ledger_id = :ledger AND size = :size
    ORDER BY signer, latest;

-- cosignatures_between: what witnesses said of the checkpoints from one size to another
SELECT size, signer, line, cosigned_at FROM cosignature
    WHERE ledger_id = :ledger AND size BETWEEN :low AND :high
    ORDER BY size, signer, latest;

-- last_cosigned: the newest checkpoints that witnesses said something of
SELECT DISTINCT size FROM cosignature WHERE ledger_id = :ledger ORDER BY size DESC LIMIT :limit;

-- cosigned_from: the oldest checkpoints of at least a size that witnesses said something of
SELECT DISTINCT size FROM cosignature WHERE ledger_id = :ledger AND size >= :size ORDER BY size LIMIT :limit;

-- add_cosignature: keep a witness's first line under a checkpoint
INSERT INTO cosignature
    SELECT :ledger, :size, :signer, 0, :line, :cosigned_at
    WHERE NOT EXISTS (
        SELECT 1 FROM cosignature WHERE ledger_id = :ledger AND size = :size AND signer = :signer AND latest = 0
    );

-- renew_cosignature: keep a witness's latest line under a checkpoint, where it is later than all before
INSERT INTO cosignature
    SELECT :ledger, :size, :signer, 1, :line, :cosigned_at
    WHERE NOT EXISTS (
        SELECT 1 FROM cosignature
        WHERE ledger_id = :ledger AND size = :size AND signer = :signer AND cosigned_at >= :cosigned_at
    )
    ON CONFLICT (ledger_id, size, signer, latest) DO UPDATE
        SET line = excluded.line, cosigned_at = excluded.cosigned_at;

-- tiles: some tiles of a level
SELECT number, hashes FROM tile
    WHERE ledger_id = :ledger AND level = :level AND number IN (SELECT value FROM json_each(:numbers));

-- put_tile: write a tile; only the rightmost of a level ever grows
INSERT INTO tile VALUES (:ledger, :level, :number, :hashes)
    ON CONFLICT (ledger_id, level, number) DO UPDATE SET hashes = excluded.hashes;
