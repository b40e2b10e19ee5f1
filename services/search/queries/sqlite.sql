-- position: up to which position the words of a ledger are in
SELECT position FROM search_position WHERE ledger_id = :ledger;

-- start: a ledger without words
INSERT OR IGNORE INTO search_position VALUES (:ledger, 0);

-- move: to a later position, unless another process did so meanwhile
UPDATE search_position SET position = :position WHERE ledger_id = :ledger AND position = :after;

-- add: one text
INSERT INTO search_text (body, ledger_id, position, pointer, subject, topic, day, key)
VALUES (:body, :ledger, :position, :pointer, :subject, :topic, :day, :key);

-- forget: what was sealed under a key
DELETE FROM search_text WHERE ledger_id = :ledger AND key = :key;

-- merge: write the index anew, so that deleted words leave no trace in it
INSERT INTO search_text (search_text) VALUES ('optimize');

-- find: the best hits
SELECT position, pointer, subject, topic, day, key IS NOT NULL
FROM search_text
WHERE search_text MATCH :words
    AND ledger_id = :ledger
    AND position <= :position
    AND (:day IS NULL OR day <= :day)
    AND subject LIKE :subject
ORDER BY rank, position DESC, pointer
LIMIT :limit OFFSET :skip;
