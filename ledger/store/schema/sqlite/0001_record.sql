-- The record: ledgers, their heads, events, the tag index, requests and sealed fields. The same
-- tables as in PostgreSQL; times are RFC 3339 texts in UTC, ids are 16 bytes.
-- Every key starts with ledger_id. WITHOUT ROWID: the primary key is the table itself.

CREATE TABLE ledger (
    ledger_id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE
);

-- One row per ledger: the gapless counter. BEGIN IMMEDIATE is the lock of every append.
CREATE TABLE head (
    ledger_id INTEGER PRIMARY KEY,
    next INTEGER NOT NULL,
    recorded_at TEXT NOT NULL
);

CREATE TABLE event (
    ledger_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id BLOB NOT NULL,
    type TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    entry BLOB NOT NULL,
    leaf BLOB NOT NULL,
    PRIMARY KEY (ledger_id, position)
) WITHOUT ROWID;
CREATE INDEX event_by_type ON event (ledger_id, type, position);

-- One row per tag, topic and group: `position` is the last covered one, `runs` the others.
CREATE TABLE event_tag (
    ledger_id INTEGER NOT NULL,
    tag BLOB NOT NULL,
    position INTEGER NOT NULL,
    topic TEXT NOT NULL,
    runs BLOB,
    PRIMARY KEY (ledger_id, tag, position, topic)
) WITHOUT ROWID;

CREATE TABLE request (
    ledger_id INTEGER NOT NULL,
    id BLOB NOT NULL,
    first_position INTEGER NOT NULL,
    events INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (ledger_id, id)
) WITHOUT ROWID;

-- Ciphertext of sealed fields. The only table of the record from which rows may disappear: erasing
-- a person destroys the key and then the ciphertext.
CREATE TABLE sealed (
    ledger_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    pointer TEXT NOT NULL,
    key TEXT NOT NULL,
    nonce BLOB NOT NULL,
    ciphertext BLOB NOT NULL,
    PRIMARY KEY (ledger_id, position, pointer)
) WITHOUT ROWID;
CREATE INDEX sealed_by_key ON sealed (ledger_id, key);

-- Derived from the leaves by the publisher; full tiles never change.
CREATE TABLE tile (
    ledger_id INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (ledger_id, level, number)
) WITHOUT ROWID;

-- Every checkpoint ever signed, kept.
CREATE TABLE checkpoint (
    ledger_id INTEGER NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    signed_at TEXT NOT NULL,
    PRIMARY KEY (ledger_id, size)
) WITHOUT ROWID;

-- Append-only: history is refused to everybody. SQLite has no roles; only dropping the triggers
-- could get past this, and signed checkpoints show that.
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: UPDATE on event is refused'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: DELETE on event is refused'); END;
CREATE TRIGGER event_tag_no_update BEFORE UPDATE ON event_tag
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: UPDATE on event_tag is refused'); END;
CREATE TRIGGER event_tag_no_delete BEFORE DELETE ON event_tag
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: DELETE on event_tag is refused'); END;
CREATE TRIGGER request_no_update BEFORE UPDATE ON request
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: UPDATE on request is refused'); END;
CREATE TRIGGER request_no_delete BEFORE DELETE ON request
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: DELETE on request is refused'); END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: UPDATE on checkpoint is refused'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: DELETE on checkpoint is refused'); END;

-- INSERT OR REPLACE deletes without asking the triggers above, unless a connection turns
-- recursive_triggers on. So nothing may be inserted where something is recorded: events and tags
-- only at the head or past it (one look at one row), the others only under a new key.
CREATE TRIGGER event_no_replace BEFORE INSERT ON event
    WHEN NEW.position < (SELECT next FROM head WHERE ledger_id = NEW.ledger_id)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: INSERT before the head of event is refused'); END;
CREATE TRIGGER event_tag_no_replace BEFORE INSERT ON event_tag
    WHEN NEW.position < (SELECT next FROM head WHERE ledger_id = NEW.ledger_id)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: INSERT before the head of event_tag is refused'); END;
CREATE TRIGGER request_no_replace BEFORE INSERT ON request
    WHEN EXISTS (SELECT 1 FROM request WHERE ledger_id = NEW.ledger_id AND id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: the request is recorded already'); END;
CREATE TRIGGER checkpoint_no_replace BEFORE INSERT ON checkpoint
    WHEN EXISTS (SELECT 1 FROM checkpoint WHERE ledger_id = NEW.ledger_id AND size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: REPLACE on checkpoint is refused'); END;

-- The guards above look at the head, so the head only moves on.
CREATE TRIGGER head_no_return BEFORE UPDATE ON head
    WHEN NEW.next < OLD.next OR NEW.ledger_id <> OLD.ledger_id
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: the head only moves on'); END;
CREATE TRIGGER head_no_delete BEFORE DELETE ON head
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: DELETE on head is refused'); END;
CREATE TRIGGER head_no_replace BEFORE INSERT ON head
    WHEN EXISTS (SELECT 1 FROM head WHERE ledger_id = NEW.ledger_id)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only: REPLACE on head is refused'); END;
