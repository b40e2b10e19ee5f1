-- Words to look for, apart from record and read models: they are what an erasure must reach.

CREATE TABLE search_position (
    ledger_id int4 PRIMARY KEY,
    position int8 NOT NULL
);

-- Swedish words by their stem (swedish), numbers and names as they are written (simple).
CREATE TABLE search_text (
    ledger_id int4 NOT NULL,
    position int8 NOT NULL,
    pointer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    topic text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL,
    key text COLLATE "C",
    words tsvector NOT NULL,
    PRIMARY KEY (ledger_id, position, pointer)
);
CREATE INDEX search_text_words ON search_text USING gin (words);
CREATE INDEX search_text_key ON search_text (ledger_id, key) WHERE key IS NOT NULL;

DO $$
BEGIN
    GRANT SELECT, INSERT, UPDATE, DELETE ON search_position, search_text TO liggare_writer;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE WARNING 'no role liggare_writer: whoever writes the record also writes the search index';
END $$;
