-- ledger_id: the number of a ledger, by its origin
SELECT ledger_id FROM ledger WHERE origin = %(origin)s;

-- create_ledger: a new ledger
INSERT INTO ledger (origin) VALUES (%(origin)s) ON CONFLICT (origin) DO NOTHING;

-- create_head: the head row of a new ledger
INSERT INTO head SELECT ledger_id, 1, '-infinity' FROM ledger WHERE origin = %(origin)s
    ON CONFLICT (ledger_id) DO NOTHING;

-- read_before: head, known requests and the newest entry of each tag row found, in one snapshot
-- OFFSET 0 makes each look-up run on its own, by the index: the planner must not turn hundreds of
-- look-ups into one comparison with the whole table, which it does while it has no statistics.
SELECT 0 AS kind, 0::int8 AS ordinal, next - 1 AS position, NULL::bytea AS bytes, NULL::bytea AS runs, NULL::int4 AS number, NULL::timestamptz AS recorded_at
    FROM head WHERE ledger_id = %(ledger)b
UNION ALL
SELECT 1, q.ordinal, r.first_position, r.content, e.leaves, r.events, e.recorded_at
    FROM unnest(%(requests)b::uuid[]) WITH ORDINALITY q (id, ordinal)
    CROSS JOIN LATERAL (
        SELECT * FROM request WHERE ledger_id = %(ledger)b AND id = q.id OFFSET 0) r
    CROSS JOIN LATERAL (
        SELECT string_agg(leaf, '' ORDER BY position) AS leaves, max(recorded_at) AS recorded_at
        FROM event WHERE ledger_id = %(ledger)b
            AND position >= r.first_position AND position < r.first_position + r.events) e
UNION ALL
SELECT 2, q.ordinal, t.position, t.entry, t.runs, NULL, NULL
    FROM unnest(%(tags)b::bytea[], %(topics)b::text[], %(afters)b::int8[]) WITH ORDINALITY q (tag, topics, after, ordinal)
    CROSS JOIN LATERAL (
        SELECT t.position, t.runs, e.entry
        FROM event_tag t
        JOIN event e ON e.ledger_id = t.ledger_id AND e.position = t.position
        WHERE t.ledger_id = %(ledger)b AND t.tag = q.tag AND t.position > q.after
            AND (q.topics = '' OR strpos(q.topics, E'\x1f' || t.topic || E'\x1f') > 0)
        OFFSET 0) t;

-- append_group: record a group under the head lock
SELECT first_position, refused FROM append_group(
    %(ledger)b, %(head)b, %(recorded_at)s,
    %(ids)b::uuid[], %(types)b::text[], %(entries)b::bytea[], %(leaves)b::bytea[],
    %(tags)b::bytea[], %(topics)b::text[], %(lasts)b::int4[], %(runs)b::bytea[],
    %(requests)b::uuid[], %(request_ordinals)b::int4[], %(request_events)b::int4[], %(contents)b::bytea[],
    %(sealed_ordinals)b::int4[], %(pointers)b::text[], %(keys)b::text[], %(nonces)b::bytea[], %(ciphertexts)b::bytea[],
    %(condition_tags)b::bytea[], %(condition_topics)b::text[]);

-- lock_head: lock the head row and return the last position
SELECT lock_head(%(ledger)s);

-- head: the last position
SELECT next - 1 FROM head WHERE ledger_id = %(ledger)s;

-- last_recorded: when the last group was recorded
SELECT recorded_at FROM head WHERE ledger_id = %(ledger)s;

-- entries: a page of entries as two arrays
SELECT array_agg(position), array_agg(entry) FROM (
    SELECT position, entry FROM event
    WHERE ledger_id = %(ledger)s AND position > %(after)s
    ORDER BY position LIMIT %(limit)s) page;

-- entries_of_types: a page of the entries of some types as two arrays
SELECT array_agg(position), array_agg(entry) FROM (
    SELECT position, entry FROM event
    WHERE ledger_id = %(ledger)s AND position > %(after)s AND type = ANY(%(types)s)
    ORDER BY position LIMIT %(limit)s) page;

-- leaves: a page of leaf hashes as an array
SELECT array_agg(leaf) FROM (
    SELECT leaf FROM event
    WHERE ledger_id = %(ledger)s AND position > %(after)s
    ORDER BY position LIMIT %(limit)s) page;

-- entries_at: the entries at some positions as two arrays
SELECT array_agg(position), array_agg(entry) FROM (
    SELECT position, entry FROM event
    WHERE ledger_id = %(ledger)s AND position = ANY(%(positions)s::int8[])
    ORDER BY position) page;

-- tag_rows: the index rows of a tag that may cover positions after a given one
SELECT position, runs FROM event_tag
    WHERE ledger_id = %(ledger)s AND tag = %(tag)s AND position > %(after)s
        AND (%(topics)s::text = '' OR strpos(%(topics)s::text, E'\x1f' || topic || E'\x1f') > 0)
    ORDER BY position;

-- request: what is known of a request id
SELECT r.first_position, r.events, r.content, e.leaves, e.recorded_at
    FROM request r
    CROSS JOIN LATERAL (
        SELECT string_agg(leaf, '' ORDER BY position) AS leaves, max(recorded_at) AS recorded_at
        FROM event WHERE ledger_id = %(ledger)s
            AND position >= r.first_position AND position < r.first_position + r.events) e
    WHERE r.ledger_id = %(ledger)s AND r.id = %(id)s;

-- sealed: the ciphertexts at some positions
SELECT position, pointer, key, nonce, ciphertext FROM sealed
    WHERE ledger_id = %(ledger)s AND position = ANY(%(positions)s::int8[])
    ORDER BY position, pointer;

-- delete_sealed: take away the ciphertexts under some keys, which are destroyed
DELETE FROM sealed WHERE ledger_id = %(ledger)s AND key = ANY(%(keys)s::text[]);

-- last_checkpoint: the newest checkpoint
SELECT size, root, note FROM checkpoint WHERE ledger_id = %(ledger)s ORDER BY size DESC LIMIT 1;

-- checkpoint_covering: the oldest checkpoint that covers a size
SELECT size, root, note FROM checkpoint WHERE ledger_id = %(ledger)s AND size >= %(size)s ORDER BY size LIMIT 1;

-- add_checkpoint: keep a signed checkpoint
INSERT INTO checkpoint VALUES (%(ledger)s, %(size)s, %(root)s, %(note)s, %(signed_at)s);

-- checkpoints: a page of the history of checkpoints
SELECT size, root, note FROM checkpoint
    WHERE ledger_id = %(ledger)s AND size > %(after)s
    ORDER BY size LIMIT %(limit)s;

-- cosignatures: what witnesses said of the checkpoint of a size
SELECT size, signer, line, cosigned_at FROM cosignature
    WHERE ledger_id = %(ledger)s AND size = %(size)s
    ORDER BY signer, latest;

-- cosignatures_between: what witnesses said of the checkpoints from one size to another
SELECT size, signer, line, cosigned_at FROM cosignature
    WHERE ledger_id = %(ledger)s AND size BETWEEN %(low)s AND %(high)s
    ORDER BY size, signer, latest;

-- last_cosigned: the newest checkpoints that witnesses said something of
SELECT DISTINCT size FROM cosignature WHERE ledger_id = %(ledger)s ORDER BY size DESC LIMIT %(limit)s;

-- cosigned_from: the oldest checkpoints of at least a size that witnesses said something of
SELECT DISTINCT size FROM cosignature WHERE ledger_id = %(ledger)s AND size >= %(size)s ORDER BY size LIMIT %(limit)s;

-- add_cosignature: keep a witness's first line under a checkpoint
INSERT INTO cosignature VALUES (%(ledger)s, %(size)s, %(signer)s, false, %(line)s, %(cosigned_at)s)
    ON CONFLICT (ledger_id, size, signer, latest) DO NOTHING;

-- renew_cosignature: keep a witness's latest line under a checkpoint, where it is later than all before
INSERT INTO cosignature
    SELECT %(ledger)s, %(size)s, %(signer)s::text, true, %(line)s::text, %(cosigned_at)s
    WHERE NOT EXISTS (
        SELECT 1 FROM cosignature
        WHERE ledger_id = %(ledger)s AND size = %(size)s AND signer = %(signer)s::text
            AND cosigned_at >= %(cosigned_at)s
    )
    ON CONFLICT (ledger_id, size, signer, latest) DO UPDATE
        SET line = excluded.line, cosigned_at = excluded.cosigned_at
        WHERE excluded.cosigned_at > cosignature.cosigned_at;

-- tiles: some tiles of a level
SELECT number, hashes FROM tile WHERE ledger_id = %(ledger)s AND level = %(level)s AND number = ANY(%(numbers)s::int8[]);

-- put_tile: write a tile; only the rightmost of a level ever grows
INSERT INTO tile VALUES (%(ledger)s, %(level)s, %(number)s, %(hashes)s)
    ON CONFLICT (ledger_id, level, number) DO UPDATE SET hashes = excluded.hashes;
