-- status: every generation of a ledger's projections
SELECT name, version, generation, position, live, error FROM projection
    WHERE ledger_id = :ledger ORDER BY name, generation;

-- begin: an empty generation
INSERT INTO projection (ledger_id, name, generation, version, position, live, error)
    SELECT :ledger, :name, coalesce(max(generation), 0) + 1, :version, 0, :live, NULL
    FROM projection WHERE ledger_id = :ledger AND name = :name
    RETURNING generation;

-- move: move a generation on from where it is known to be
UPDATE projection SET position = :upto, error = :error
    WHERE ledger_id = :ledger AND name = :name AND generation = :generation AND position = :after;

-- open_rows: the open rows of some keys; CROSS JOIN makes SQLite begin with the keys, not with all rows there are
SELECT q.value, r.from_position, r.state
    FROM json_each(:keys) q
    CROSS JOIN view_row r ON r.ledger_id = :ledger AND r.name = :name AND r.generation = :generation AND r.key = q.value
        AND r.from_position = (
            SELECT max(from_position) FROM view_row
            WHERE ledger_id = :ledger AND name = :name AND generation = :generation AND key = q.value)
    WHERE r.to_position IS NULL;

-- all_open_rows: every open row, up to a limit
SELECT key, from_position, state FROM view_row
    WHERE ledger_id = :ledger AND name = :name AND generation = :generation AND to_position IS NULL
    LIMIT :limit;

-- add_row: one new version
INSERT INTO view_row (ledger_id, name, generation, key, from_position, to_position, state)
    VALUES (?, ?, ?, ?, ?, ?, ?);

-- close_row: end a version that was open
UPDATE view_row SET to_position = ?
    WHERE ledger_id = ? AND name = ? AND generation = ? AND key = ? AND from_position = ?;

-- add_figure: add a difference to a current figure
INSERT INTO view_figure (ledger_id, name, generation, figure, number) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (ledger_id, name, generation, figure) DO UPDATE SET number = number + excluded.number;

-- lock_generations: the live generation and the one that is to take its place
SELECT generation, position, live FROM projection
    WHERE ledger_id = :ledger AND name = :name AND (live OR generation = :generation)
    ORDER BY generation;

-- set_live: one generation is live
UPDATE projection SET live = (generation = :generation)
    WHERE ledger_id = :ledger AND name = :name AND live <> (generation = :generation);

-- drop_rows: some rows of a generation; called until none is left, so that nobody waits long
DELETE FROM view_row WHERE ledger_id = :ledger AND name = :name AND generation = :generation
    AND (key, from_position) IN (
        SELECT key, from_position FROM view_row
        WHERE ledger_id = :ledger AND name = :name AND generation = :generation LIMIT :limit);

-- drop_figures: the figures of a generation
DELETE FROM view_figure WHERE ledger_id = :ledger AND name = :name AND generation = :generation;

-- drop_generation: a generation that is not live
DELETE FROM projection
    WHERE ledger_id = :ledger AND name = :name AND generation = :generation AND NOT live;

-- live: the generations that are shown
SELECT name, generation, position, error IS NOT NULL FROM projection WHERE ledger_id = :ledger AND live;

-- row: the version of a key at a position
SELECT from_position, state FROM view_row
    WHERE ledger_id = :ledger AND name = :name AND generation = :generation AND key = :key
        AND from_position <= :at
    ORDER BY from_position DESC LIMIT 1;

-- rows: the keys that exist at a position, from a prefix, after a key
-- SQLite looks up one lower bound alone: with two, each page would begin where the first one did.
SELECT key, from_position, state FROM view_row
    WHERE ledger_id = :ledger AND name = :name AND generation = :generation
        AND key >= max(:first, :after) AND +key > :after AND key < :end
        AND from_position <= :at AND (to_position IS NULL OR to_position > :at) AND state IS NOT NULL
    ORDER BY key LIMIT :limit;

-- history: the versions of a key up to a position
SELECT from_position, state FROM view_row
    WHERE ledger_id = :ledger AND name = :name AND generation = :generation AND key = :key
        AND from_position <= :at
    ORDER BY from_position;

-- figures: the current figures that start with a prefix
SELECT figure, number FROM view_figure
    WHERE ledger_id = :ledger AND name = :name AND generation = :generation
        AND figure >= :first AND figure < :end AND number <> 0
    ORDER BY figure;
