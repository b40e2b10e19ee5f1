-- tile_widths: every tile, and how many bytes it has
SELECT level::int4, number, octet_length(hashes) FROM tile WHERE ledger_id = %(ledger)s ORDER BY level, number;

-- guards: the triggers of the record that are on for everybody
SELECT tgname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled = 'A'
    AND %(ledger)s::int4 IS NOT NULL;

-- search_places: where the texts of the search index come from
SELECT position, pointer FROM search_text WHERE ledger_id = %(ledger)s ORDER BY position, pointer;

-- take_events: take out the event at a position
DELETE FROM event WHERE ledger_id = %(ledger)s AND position = %(position)s;

-- put_event: put in an event
INSERT INTO event VALUES (%(ledger)s, %(position)s, %(id)s, %(type)s, %(recorded_at)s, %(entry)s, %(leaf)s);

-- set_leaf: put a leaf hash right
UPDATE event SET leaf = %(leaf)s WHERE ledger_id = %(ledger)s AND position = %(position)s;

-- set_columns: put id and type right
UPDATE event SET id = %(id)s, type = %(type)s WHERE ledger_id = %(ledger)s AND position = %(position)s;

-- event: entry and leaf hash at a position
SELECT entry, leaf FROM event WHERE ledger_id = %(ledger)s AND position = %(position)s;

-- leaves: the leaf hashes of a stretch of the record
SELECT position, leaf FROM event
    WHERE ledger_id = %(ledger)s AND position > %(after)s AND position <= %(upto)s ORDER BY position;

-- tile: the hashes of a tile
SELECT hashes FROM tile WHERE ledger_id = %(ledger)s AND level = %(level)s AND number = %(number)s;

-- take_tile: take out a tile
DELETE FROM tile WHERE ledger_id = %(ledger)s AND level = %(level)s AND number = %(number)s;

-- put_tile: put in a tile
INSERT INTO tile VALUES (%(ledger)s, %(level)s, %(number)s, %(hashes)s);

-- take_tag: take out a row of the tag index
DELETE FROM event_tag WHERE ledger_id = %(ledger)s AND tag = %(tag)s AND position = %(position)s AND topic = %(topic)s;

-- put_tag: put in a row of the tag index for one position
INSERT INTO event_tag VALUES (%(ledger)s, %(tag)s, %(position)s, %(topic)s, NULL);

-- set_request: put place and length of a request right
UPDATE request SET first_position = %(first)s, events = %(events)s WHERE ledger_id = %(ledger)s AND id = %(id)s;

-- put_request: put in a request
INSERT INTO request VALUES (%(ledger)s, %(id)s, %(first)s, %(events)s, %(content)s);

-- requests_at: the requests that cover a position, with their contents' hashes
SELECT uuid_send(id), first_position, events, content FROM request
    WHERE ledger_id = %(ledger)s AND first_position <= %(position)s AND first_position + events > %(position)s;

-- set_checkpoint: put a checkpoint right
UPDATE checkpoint SET size = %(right)s, root = %(root)s, note = %(note)s WHERE ledger_id = %(ledger)s AND size = %(size)s;

-- take_sealed: take out a sealed field
DELETE FROM sealed WHERE ledger_id = %(ledger)s AND position = %(position)s AND pointer = %(pointer)s;

-- put_sealed: put in a sealed field
INSERT INTO sealed VALUES (%(ledger)s, %(position)s, %(pointer)s, %(key)s, %(nonce)s, %(ciphertext)s);

-- move_head: let the head go on to the last event
UPDATE head SET next = %(next)s WHERE ledger_id = %(ledger)s AND next < %(next)s;

-- take_words: empty the search index
DELETE FROM search_text WHERE ledger_id = %(ledger)s;

-- take_words_position: let the search index begin anew
DELETE FROM search_position WHERE ledger_id = %(ledger)s;

-- lock: hold off every append
SELECT lock_head(%(ledger)s);
