-- status: every generation of a ledger's projections
SELECT name, version, generation, position, live, error FROM projection
    WHERE ledger_id = %(ledger)s ORDER BY name, generation;

-- begin: an empty generation
INSERT INTO projection (ledger_id, name, generation, version, position, live, error)
    SELECT %(ledger)s, %(name)s, coalesce(max(generation), 0) + 1, %(version)s, 0, %(live)s, NULL
    FROM projection WHERE ledger_id = %(ledger)s AND name = %(name)s
    RETURNING generation;

-- move: move a generation on from where it is known to be
UPDATE projection SET position = %(upto)s, error = %(error)s
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s AND position = %(after)s;

-- open_rows: the open rows of some keys
SELECT q.key, r.from_position, r.state
    FROM unnest(%(keys)s::text[]) q (key)
    CROSS JOIN LATERAL (
        SELECT from_position, to_position, state FROM view_row
        WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s AND key = q.key
        ORDER BY from_position DESC LIMIT 1) r
    WHERE r.to_position IS NULL;

-- all_open_rows: every open row, up to a limit
SELECT key, from_position, state FROM view_row
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s AND to_position IS NULL
    LIMIT %(limit)s;

-- copy_rows: new versions in bulk
COPY view_row (ledger_id, name, generation, key, from_position, to_position, state) FROM STDIN (FORMAT BINARY);

-- close_rows: end versions that were open
UPDATE view_row r SET to_position = q.until
    FROM unnest(%(keys)s::text[], %(positions)s::int8[], %(untils)s::int8[]) q (key, position, until)
    WHERE r.ledger_id = %(ledger)s AND r.name = %(name)s AND r.generation = %(generation)s
        AND r.key = q.key AND r.from_position = q.position;

-- add_figures: add differences to the current figures
INSERT INTO view_figure (ledger_id, name, generation, figure, number)
    SELECT %(ledger)s, %(name)s, %(generation)s, q.figure, q.number
    FROM unnest(%(figures)s::text[], %(numbers)s::int8[]) q (figure, number)
    ON CONFLICT (ledger_id, name, generation, figure) DO UPDATE SET number = view_figure.number + excluded.number;

-- lock_generations: the live generation and the one that is to take its place
SELECT generation, position, live FROM projection
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND (live OR generation = %(generation)s)
    ORDER BY generation FOR UPDATE;

-- set_live: one generation is live
UPDATE projection SET live = (generation = %(generation)s)
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND live <> (generation = %(generation)s);

-- drop_rows: the rows of a generation
DELETE FROM view_row WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s;

-- drop_figures: the figures of a generation
DELETE FROM view_figure WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s;

-- drop_generation: a generation that is not live
DELETE FROM projection
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s AND NOT live;

-- try_lock: a lock that lasts as long as the connection
SELECT pg_try_advisory_lock(hashtext('liggare ' || %(purpose)s), %(ledger)s);

-- unlock: give the lock back
SELECT pg_advisory_unlock(hashtext('liggare ' || %(purpose)s), %(ledger)s);

-- live: the generations that are shown
SELECT name, generation, position, error IS NOT NULL FROM projection WHERE ledger_id = %(ledger)s AND live;

-- row: the version of a key at a position
SELECT from_position, state FROM view_row
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s AND key = %(key)s
        AND from_position <= %(at)s
    ORDER BY from_position DESC LIMIT 1;

-- rows: the keys that exist at a position, from a prefix, after a key
SELECT key, from_position, state FROM view_row
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s
        AND key >= %(first)s AND key > %(after)s AND key < %(end)s
        AND from_position <= %(at)s AND (to_position IS NULL OR to_position > %(at)s) AND state IS NOT NULL
    ORDER BY key LIMIT %(limit)s;

-- history: the versions of a key up to a position
SELECT from_position, state FROM view_row
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s AND key = %(key)s
        AND from_position <= %(at)s
    ORDER BY from_position;

-- figures: the current figures that start with a prefix
SELECT figure, number FROM view_figure
    WHERE ledger_id = %(ledger)s AND name = %(name)s AND generation = %(generation)s
        AND figure >= %(first)s AND figure < %(end)s AND number <> 0
    ORDER BY figure;
