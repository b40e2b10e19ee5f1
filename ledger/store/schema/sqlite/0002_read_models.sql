-- Read models: disposable, rebuilt from the record any day. Rows are versioned by position, so that
-- any view as of any position is a range query.

CREATE TABLE projection (
    ledger_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    live INTEGER NOT NULL,
    error TEXT,
    PRIMARY KEY (ledger_id, name, generation)
) WITHOUT ROWID;

-- One state of one key, valid from a position until another took its place (open: no to_position).
CREATE TABLE view_row (
    ledger_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    key TEXT NOT NULL,
    from_position INTEGER NOT NULL,
    to_position INTEGER,
    state BLOB,
    PRIMARY KEY (ledger_id, name, generation, key, from_position)
) WITHOUT ROWID;

-- Current figures: what the rows emit, merged by addition.
CREATE TABLE view_figure (
    ledger_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    figure TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (ledger_id, name, generation, figure)
) WITHOUT ROWID;
