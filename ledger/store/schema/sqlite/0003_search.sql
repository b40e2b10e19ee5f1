-- Words to look for, apart from record and read models: they are what an erasure must reach.

CREATE TABLE search_position (
    ledger_id INTEGER PRIMARY KEY,
    position INTEGER NOT NULL
);

-- Letters keep their marks: å, ä and ö are letters of their own.
CREATE VIRTUAL TABLE search_text USING fts5 (
    body,
    ledger_id UNINDEXED,
    position UNINDEXED,
    pointer UNINDEXED,
    subject UNINDEXED,
    topic UNINDEXED,
    day UNINDEXED,
    key UNINDEXED,
    tokenize = "unicode61 remove_diacritics 0"
);
