-- Read models: disposable, rebuilt from the record any day. Rows are versioned by position, so that
-- any view as of any position is a range query.

CREATE TABLE projection (
    ledger_id int4 NOT NULL,
    name text COLLATE "C" NOT NULL,
    generation int4 NOT NULL,
    version int4 NOT NULL,
    position int8 NOT NULL,
    live boolean NOT NULL,
    error text,
    PRIMARY KEY (ledger_id, name, generation)
);

-- One state of one key, valid from a position until another took its place (open: no to_position).
CREATE TABLE view_row (
    ledger_id int4 NOT NULL,
    name text COLLATE "C" NOT NULL,
    generation int4 NOT NULL,
    key text COLLATE "C" NOT NULL,
    from_position int8 NOT NULL,
    to_position int8,
    state bytea,
    PRIMARY KEY (ledger_id, name, generation, key, from_position)
);

-- Current figures: what the rows emit, merged by addition.
CREATE TABLE view_figure (
    ledger_id int4 NOT NULL,
    name text COLLATE "C" NOT NULL,
    generation int4 NOT NULL,
    figure text COLLATE "C" NOT NULL,
    number int8 NOT NULL,
    PRIMARY KEY (ledger_id, name, generation, figure)
);
