-- position: up to which position the words of a ledger are in
SELECT position FROM search_position WHERE ledger_id = %(ledger)s;

-- start: a ledger without words
INSERT INTO search_position VALUES (%(ledger)s, 0) ON CONFLICT DO NOTHING;

-- move: to a later position, unless another process did so meanwhile
UPDATE search_position SET position = %(position)s WHERE ledger_id = %(ledger)s AND position = %(after)s;

-- add: one text
INSERT INTO search_text (ledger_id, position, pointer, subject, topic, day, key, words)
VALUES (
    %(ledger)s, %(position)s, %(pointer)s, %(subject)s, %(topic)s, %(day)s, %(key)s,
    to_tsvector('swedish', %(body)s) || to_tsvector('simple', %(body)s)
)
ON CONFLICT DO NOTHING;

-- forget: what was sealed under some keys
DELETE FROM search_text WHERE ledger_id = %(ledger)s AND key = ANY(%(keys)s);

-- find: the best hits; each word by its stem, or as the beginning of a word as it is written
WITH asked AS (SELECT to_tsquery('simple', %(prefixes)s) AS written, plainto_tsquery('swedish', %(words)s) AS stems)
SELECT position, pointer, subject, topic, day, key IS NOT NULL
FROM search_text, asked
WHERE ledger_id = %(ledger)s
    AND (words @@ written OR (numnode(stems) > 0 AND words @@ stems))
    AND position <= %(position)s
    AND (%(day)s::text IS NULL OR day <= %(day)s)
    AND subject LIKE %(subject)s
ORDER BY ts_rank(words, written) + ts_rank(words, stems) DESC, position DESC, pointer
LIMIT %(limit)s OFFSET %(skip)s;
