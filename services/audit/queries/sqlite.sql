-- SQLite keeps any value in any column; the casts see to it that a damaged one can be looked at.

-- events: a page of whole event rows
SELECT position, CAST(id AS BLOB), CAST(type AS TEXT), CAST(entry AS BLOB), CAST(leaf AS BLOB) FROM event
    WHERE ledger_id = :ledger AND position > :after AND position <= :upto
    ORDER BY position LIMIT :limit;

-- last_event: the highest position of any event
SELECT max(position) FROM event WHERE ledger_id = :ledger;

-- tags: a page of the tag index, in the order of its key
SELECT tag, position, topic, CAST(runs AS BLOB) FROM event_tag
    WHERE ledger_id = :ledger AND (tag, position, topic) > (:tag, :position, :topic)
    ORDER BY tag, position, topic LIMIT :limit;

-- requests: a page of the accepted requests, in the order of their ids
SELECT CAST(id AS BLOB), first_position, events FROM request
    WHERE ledger_id = :ledger AND (:all OR id > :after)
    ORDER BY id LIMIT :limit;

-- checkpoints: a page of all checkpoints, in the order of their sizes
SELECT size, CAST(root AS BLOB), CAST(note AS TEXT) FROM checkpoint
    WHERE ledger_id = :ledger AND size > :after
    ORDER BY size LIMIT :limit;

-- tile_totals: what there is on each level, and the published size at the same moment
SELECT (SELECT max(size) FROM checkpoint WHERE ledger_id = :ledger), level, count(*), sum(length(hashes))
    FROM tile WHERE ledger_id = :ledger GROUP BY level ORDER BY level;

-- sealed: the sealed fields of a stretch of the record
SELECT position, CAST(pointer AS TEXT), CAST(key AS TEXT), CAST(nonce AS BLOB), CAST(ciphertext AS BLOB) FROM sealed
    WHERE ledger_id = :ledger AND position > :after AND position <= :upto
    ORDER BY position, pointer;

-- sealed_beyond: a sealed field that lies outside of the record
SELECT position, pointer FROM sealed
    WHERE ledger_id = :ledger AND position < 1
    ORDER BY position LIMIT 1;
