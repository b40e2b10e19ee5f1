-- What an audit asks DuckDB: the tree and the votes once more, written apart from everything in Python.

-- tables: what is kept of the entries: their hashes, every move of a vote, every turn of a ballot
CREATE TABLE node (i BIGINT, h BLOB);
CREATE TABLE move (position BIGINT, kind VARCHAR, ballot VARCHAR, voter VARCHAR, statement VARCHAR,
    choices VARCHAR[], points BIGINT[], named BOOLEAN);
CREATE TABLE turn (position BIGINT, kind VARCHAR, ballot VARCHAR, entry VARCHAR);

-- fed: entries handed over as lines of position and hexadecimal bytes
CREATE OR REPLACE TEMP VIEW fed AS
SELECT position, unhex(octets) AS octets FROM read_csv($file, auto_detect = false, header = false, delim = ',',
    quote = '', escape = '', columns = {'position': 'BIGINT', 'octets': 'VARCHAR'});

-- parquet: entries as the bundle's Parquet files have them
CREATE OR REPLACE TEMP VIEW fed AS
SELECT position, CAST(entry AS BLOB) AS octets FROM read_parquet($files);

-- leaves: RFC 6962 §2.1, the hash of each entry
INSERT INTO node SELECT position - 1, unhex(sha256('\x00'::BLOB || octets)) FROM fed;

-- read: the entries that concern ballots, as text
CREATE OR REPLACE TEMP TABLE told AS
SELECT position, kind, entry FROM (
    SELECT position, entry, regexp_extract(right(entry, 60), '"type":"([a-z-]+)\.v1"\}$', 1) AS kind
    FROM (SELECT position, TRY(decode(octets)) AS entry FROM fed))
WHERE kind IN ('vote-cast', 'vote-withdrawn', 'votes-invalidated', 'ballot-opened', 'ballot-closed',
    'ballot-cancelled', 'ballot-suspended', 'ballot-resumed', 'tally-published');

-- moves: one row for each vote cast or withdrawn
INSERT INTO move
SELECT position, kind, d[1], d[2], coalesce(d[3], ''),
    CASE WHEN d[5] IS NOT NULL THEN from_json(d[5], '["VARCHAR"]') WHEN d[4] IS NOT NULL THEN [d[4]] ELSE [] END,
    CASE WHEN d[6] IS NOT NULL THEN from_json(d[6], '["BIGINT"]') END, d[5] IS NOT NULL
FROM (SELECT position, kind, json_extract_string(entry,
        ['$.data.ballot', '$.data.voter', '$.data.statement', '$.data.choice', '$.data.choices', '$.data.points']) AS d
    FROM told WHERE kind IN ('vote-cast', 'vote-withdrawn'));

-- struck: one row for each vote that an authority struck
INSERT INTO move
SELECT position, kind, ballot, vote.voter, coalesce(vote.statement, ''), [], NULL, false
FROM (SELECT position, kind, json_extract_string(entry, '$.data.ballot') AS ballot,
        unnest(from_json(json_extract(entry, '$.data.votes'),
            '[{"voter":"VARCHAR","statement":"VARCHAR","revision":"BIGINT"}]')) AS vote
    FROM told WHERE kind = 'votes-invalidated');

-- turns: the life of each ballot
INSERT INTO turn
SELECT position, kind, json_extract_string(entry, '$.data.ballot'), entry FROM told
WHERE kind NOT IN ('vote-cast', 'vote-withdrawn', 'votes-invalidated');

-- level: one level of the tree from the one below; the last hash of an odd row goes up as it is
CREATE TABLE above AS
SELECT i // 2 AS i, CASE WHEN count(*) = 2 THEN unhex(sha256('\x01'::BLOB || min_by(h, i) || max_by(h, i)))
    ELSE any_value(h) END AS h
FROM node GROUP BY i // 2;
DROP TABLE node;
ALTER TABLE above RENAME TO node;

-- gapless: how many entries there were, and whether their positions are 1 to that number
SELECT count(*), count(*) = count(DISTINCT i) AND coalesce(min(i), 0) = 0 AND coalesce(max(i) + 1, 0) = count(*) FROM node;

-- shut: when no vote may be cast or withdrawn: before the opening, after the end, while suspended
CREATE TABLE shut AS
SELECT ballot, 0 AS since, min(position) AS until FROM turn WHERE kind = 'ballot-opened' GROUP BY ballot
UNION ALL
SELECT ballot, position, 9223372036854775807 FROM turn WHERE kind IN ('ballot-closed', 'ballot-cancelled')
UNION ALL
SELECT halt.ballot, halt.position, coalesce((SELECT min(again.position) FROM turn AS again
    WHERE again.kind = 'ballot-resumed' AND again.ballot = halt.ballot AND again.position > halt.position),
    9223372036854775807)
FROM turn AS halt WHERE halt.kind = 'ballot-suspended';

-- lawful: the moves that count; an authority may strike votes at any time
CREATE TABLE lawful AS
SELECT * FROM move WHERE kind = 'votes-invalidated'
UNION ALL
SELECT * FROM move SEMI JOIN (SELECT ballot FROM shut WHERE since = 0) USING (ballot)
WHERE kind <> 'votes-invalidated' AND NOT EXISTS (FROM shut
    WHERE shut.ballot = move.ballot AND move.position > shut.since AND move.position < shut.until);

-- moments: when votes are counted: at the end of the record, and wherever a result was published
CREATE TABLE counting AS
SELECT DISTINCT ballot, 9223372036854775807 AS moment FROM lawful
UNION ALL SELECT ballot, position FROM turn WHERE kind = 'tally-published';

-- standing: what each voter's vote was at each moment, by the last thing that had happened to it
CREATE TABLE standing AS
SELECT moment, ballot, statement, newest.choices AS choices, newest.points AS points, newest.named AS named FROM (
    SELECT moment, ballot, statement, voter,
        arg_max({'kind': kind, 'choices': choices, 'points': points, 'named': named}, position) AS newest
    FROM lawful JOIN counting USING (ballot) WHERE position < moment GROUP BY moment, ballot, statement, voter)
WHERE newest.kind = 'vote-cast';

-- figures: by moment, ballot, statement, figure and option
SELECT moment, ballot, statement, 'votes cast' AS figure, '' AS option, count(*) AS votes
FROM lawful JOIN counting USING (ballot) WHERE kind = 'vote-cast' AND position < moment GROUP BY ALL
UNION ALL
SELECT moment, ballot, statement, 'current votes', '', count(*) FROM standing GROUP BY ALL
UNION ALL
SELECT moment, ballot, statement, 'cast', option, count(*) FROM (
    SELECT moment, ballot, statement, unnest(choices) AS option
    FROM lawful JOIN counting USING (ballot) WHERE kind = 'vote-cast' AND position < moment) GROUP BY ALL
UNION ALL
SELECT moment, ballot, statement, 'current', option, count(*) FROM (
    SELECT moment, ballot, statement, unnest(choices) AS option FROM standing) GROUP BY ALL
UNION ALL
SELECT moment, ballot, statement, 'first choices', choices[1], count(*) FROM standing
WHERE named AND len(choices) > 0 GROUP BY ALL
UNION ALL
SELECT moment, ballot, statement, 'points', option, CAST(sum(got) AS BIGINT) FROM (
    SELECT moment, ballot, statement, unnest(choices) AS option, unnest(points) AS got FROM standing
    WHERE points IS NOT NULL) GROUP BY ALL;

-- published: what each published result says, with the rule it was counted by
SELECT tally.position, tally.ballot, json_extract_string(opened.entry, '$.data.rule'),
    json_extract_string(opened.entry, '$.data.budget.paper'),
    CAST(json_extract(tally.entry, '$.data.edition') AS BIGINT),
    CAST(json_extract(tally.entry, '$.data.votes_cast') AS BIGINT),
    CAST(json_extract(tally.entry, '$.data.current_votes') AS BIGINT),
    from_json(json_extract(tally.entry, '$.data.lines'), '[{"option":"VARCHAR","votes":"BIGINT"}]')
FROM turn AS tally JOIN turn AS opened ON opened.ballot = tally.ballot AND opened.kind = 'ballot-opened'
WHERE tally.kind = 'tally-published' ORDER BY tally.position;

-- newer: whether there are events of ballots in a version that this count does not know
SELECT count(*) FROM fed WHERE regexp_matches(TRY(decode(octets[-60:])), '"type":"(vote|votes|ballot|tally)-[a-z]+\.v([2-9]|1[0-9])');
