-- events: a page of whole event rows
SELECT position, uuid_send(id), type, entry, leaf FROM event
    WHERE ledger_id = %(ledger)s AND position > %(after)s AND position <= %(upto)s
    ORDER BY position LIMIT %(limit)s;

-- last_event: the highest position of any event
SELECT max(position) FROM event WHERE ledger_id = %(ledger)s;

-- tags: a page of the tag index, in the order of its key
SELECT tag, position, topic, runs FROM event_tag
    WHERE ledger_id = %(ledger)s AND (tag, position, topic) > (%(tag)s, %(position)s, %(topic)s)
    ORDER BY tag, position, topic LIMIT %(limit)s;

-- requests: a page of the accepted requests, in the order of their ids
SELECT uuid_send(id), first_position, events FROM request
    WHERE ledger_id = %(ledger)s AND (%(all)s OR id > %(after)s::uuid)
    ORDER BY id LIMIT %(limit)s;

-- checkpoints: a page of all checkpoints, in the order of their sizes
SELECT size, root, note FROM checkpoint
    WHERE ledger_id = %(ledger)s AND size > %(after)s
    ORDER BY size LIMIT %(limit)s;

-- tile_totals: what there is on each level, and the published size at the same moment
SELECT (SELECT max(size) FROM checkpoint WHERE ledger_id = %(ledger)s), level, count(*), sum(octet_length(hashes))::int8
    FROM tile WHERE ledger_id = %(ledger)s GROUP BY level ORDER BY level;

-- sealed: the sealed fields of a stretch of the record
SELECT position, pointer, key, nonce, ciphertext FROM sealed
    WHERE ledger_id = %(ledger)s AND position > %(after)s AND position <= %(upto)s
    ORDER BY position, pointer;

-- sealed_beyond: a sealed field that lies outside of the record
SELECT position, pointer FROM sealed
    WHERE ledger_id = %(ledger)s AND position < 1
    ORDER BY position LIMIT 1;
