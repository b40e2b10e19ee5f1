-- tile_widths: every tile, and how many bytes it has
SELECT level, number, length(hashes) FROM tile WHERE ledger_id = :ledger ORDER BY level, number;

-- guards: the triggers of the record
SELECT name FROM sqlite_master WHERE type = 'trigger' AND :ledger IS NOT NULL;

-- search_places: where the texts of the search index come from
SELECT position, pointer FROM search_text WHERE ledger_id = :ledger ORDER BY position, pointer;

-- take_events: take out the event at a position
DELETE FROM event WHERE ledger_id = :ledger AND position = :position;

-- put_event: put in an event
INSERT INTO event VALUES (:ledger, :position, :id, :type, :recorded_at, :entry, :leaf);

-- set_leaf: put a leaf hash right
UPDATE event SET leaf = :leaf WHERE ledger_id = :ledger AND position = :position;

-- set_columns: put id and type right
UPDATE event SET id = :id, type = :type WHERE ledger_id = :ledger AND position = :position;

-- event: entry and leaf hash at a position
SELECT entry, leaf FROM event WHERE ledger_id = :ledger AND position = :position;

-- leaves: the leaf hashes of a stretch of the record
SELECT position, leaf FROM event
    WHERE ledger_id = :ledger AND position > :after AND position <= :upto ORDER BY position;

-- tile: the hashes of a tile
SELECT hashes FROM tile WHERE ledger_id = :ledger AND level = :level AND number = :number;

-- take_tile: take out a tile
DELETE FROM tile WHERE ledger_id = :ledger AND level = :level AND number = :number;

-- put_tile: put in a tile
INSERT INTO tile VALUES (:ledger, :level, :number, :hashes);

-- take_tag: take out a row of the tag index
DELETE FROM event_tag WHERE ledger_id = :ledger AND tag = :tag AND position = :position AND topic = :topic;

-- put_tag: put in a row of the tag index for one position
INSERT INTO event_tag VALUES (:ledger, :tag, :position, :topic, NULL);

-- set_request: put place and length of a request right
UPDATE request SET first_position = :first, events = :events WHERE ledger_id = :ledger AND id = :id;

-- put_request: put in a request
INSERT INTO request VALUES (:ledger, :id, :first, :events, :content);

-- requests_at: the requests that cover a position, with their contents' hashes
SELECT CAST(id AS BLOB), first_position, events, content FROM request
    WHERE ledger_id = :ledger AND first_position <= :position AND first_position + events > :position;

-- set_checkpoint: put a checkpoint right
UPDATE checkpoint SET size = :right, root = :root, note = :note WHERE ledger_id = :ledger AND size = :size;

-- take_sealed: take out a sealed field
DELETE FROM sealed WHERE ledger_id = :ledger AND position = :position AND pointer = :pointer;

-- put_sealed: put in a sealed field
INSERT INTO sealed VALUES (:ledger, :position, :pointer, :key, :nonce, :ciphertext);

-- move_head: let the head go on to the last event
UPDATE head SET next = :next WHERE ledger_id = :ledger AND next < :next;

-- take_words: empty the search index
DELETE FROM search_text WHERE ledger_id = :ledger;

-- take_words_position: let the search index begin anew
DELETE FROM search_position WHERE ledger_id = :ledger;

-- lock: the write lock of the file is held already
SELECT next FROM head WHERE ledger_id = :ledger;
