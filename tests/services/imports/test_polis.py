from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.ballots.commands import CastVote
from ledger.ballots.terms import VoteChoice
from ledger.inputs.events import ModerateInput, ReceiveInput, Verdict
from services.imports import polis
from services.imports.loading import Item
from services.imports.tables import ImportBroken

COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1400000005000,x,1,7,1,1,1,"A first statement, with a comma
and a second line"
1400000000000,x,2,8,0,0,-1,Second
1400000009000,x,3,8,0,0,0,Nobody voted on this
"""
VOTES = """timestamp,datetime,comment-id,voter-id,vote
1400000003000,x,1,5,-1
1400000001000,x,1,4,1
1400000003000,x,1,5,1
1400000006000,x,2,4,0
"""


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    def write(comments: str | bytes = COMMENTS, votes: str | bytes = VOTES) -> Path:
        folder = tmp_path / "talk"
        folder.mkdir(exist_ok=True)
        for name, content in (("comments.csv", comments), ("votes.csv", votes)):
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return write


def items_of(folder: Path, source: str | None = None) -> list[Item]:
    return [item for phase in polis.phases(polis.read_conversation(folder, source)) for item in phase]


def commands_of(folder: Path) -> list[object]:
    return [item.submission.command for item in items_of(folder)]


# --- Order ------------------------------------------------------------------------------------
def test_votes_come_by_time_and_rows_of_one_millisecond_in_the_order_of_the_file(export: Callable[..., Path]) -> None:
    votes = [command for command in commands_of(export()) if isinstance(command, CastVote)]
    assert [(vote.voter, vote.choice) for vote in votes] == [
        ("4", VoteChoice.AGREE),
        ("5", VoteChoice.DISAGREE),
        ("5", VoteChoice.AGREE),
        ("4", VoteChoice.PASS),
    ]
    assert votes[0].occurred == "2014-05-13T16:53:21.000Z"


def test_a_statement_arrives_before_its_first_vote_and_moderation_after_all_votes(export: Callable[..., Path]) -> None:
    commands = commands_of(export())
    seen: set[str] = set()
    for command in commands:
        match command:
            case ReceiveInput():
                seen.add(command.input)
            case CastVote():
                assert command.statement in seen
    assert seen == {"talk-1", "talk-2", "talk-3"}
    places = {
        kind: [n for n, each in enumerate(commands) if isinstance(each, kind)] for kind in (CastVote, ModerateInput)
    }
    assert max(places[CastVote]) < min(places[ModerateInput])
    verdicts = {each.input: each.verdict for each in commands if isinstance(each, ModerateInput)}
    assert verdicts == {"talk-1": Verdict.ACCEPTED, "talk-2": Verdict.REJECTED}


def test_statements_keep_their_words_their_ids_and_an_author_nobody_can_join_with_votes(
    export: Callable[..., Path],
) -> None:
    first, _, third = sorted(
        (each for each in commands_of(export()) if isinstance(each, ReceiveInput)), key=lambda each: each.input
    )
    assert first.text == "A first statement, with a comma\nand a second line"
    assert first.source is not None and first.source.external_id == "1"
    assert first.author not in {None, "7"} and third.author is not None and len(third.author) == 36


# --- Ids --------------------------------------------------------------------------------------
def test_request_ids_depend_on_content_and_occurrence_not_on_the_order_of_the_file(export: Callable[..., Path]) -> None:
    lines = VOTES.splitlines(keepends=True)
    before = {item.submission.request_id for item in items_of(export())}
    assert len(before) == len(items_of(export()))
    shuffled = items_of(export(votes="".join([lines[0], *reversed(lines[1:])])))
    assert {item.submission.request_id for item in shuffled} == before
    repeated = items_of(export(votes=VOTES + lines[-1]))
    assert len({item.submission.request_id for item in repeated}) == len(before) + 1


def test_a_gzipped_file_has_the_same_request_ids(export: Callable[..., Path]) -> None:
    folder = export()
    before = [item.submission.request_id for item in items_of(folder)]
    (folder / "votes.csv.gz").write_bytes(gzip.compress((folder / "votes.csv").read_bytes()))
    (folder / "votes.csv").unlink()
    assert [item.submission.request_id for item in items_of(folder)] == before


def test_another_source_has_other_request_ids_and_another_ballot(export: Callable[..., Path]) -> None:
    one, other = items_of(export()), items_of(export(), "Other talk")
    assert not {item.submission.request_id for item in one} & {item.submission.request_id for item in other}


def test_a_ballot_is_called_after_its_source_and_no_two_sources_meet() -> None:
    assert polis.ballot_of("15-per-hour-seattle") == "15-per-hour-seattle"
    names = ["A b", "a b", "a-b", "A-B", "å", "ö", "x" * 80, "x" * 81, "-", "a" * 48, "a" * 49]
    ballots = [polis.ballot_of(name) for name in names]
    assert len(set(ballots)) == len(names)
    for ballot in ballots:
        assert polis._NAMES.sub("-", ballot) == ballot and 0 < len(ballot) <= 48 and ballot[0] != "-"


def test_columns_are_found_by_the_header(export: Callable[..., Path]) -> None:
    votes = "vote,voter-id,extra,comment-id,timestamp\n1,4,?,1,1400000001000\n"
    (vote,) = [command for command in commands_of(export(votes=votes)) if isinstance(command, CastVote)]
    assert (vote.voter, vote.statement, vote.choice) == ("4", "talk-1", VoteChoice.AGREE)


# --- What cannot be read ----------------------------------------------------------------------
BROKEN_VOTES = [
    ("", "votes.csv is empty"),
    ("timestamp,datetime,comment-id,voter-id\n", "votes.csv, line 1: the header must name the column vote once"),
    ("timestamp,vote,vote,comment-id,voter-id\n", "line 1: the header must name the column vote once"),
    (VOTES + "1400000006000,x,2\n", "votes.csv, line 6: has 3 columns, the header 5"),
    (VOTES + '1400000006000,x,2,"4', "votes.csv, line 6: "),
    (VOTES + "1400000006000,x,2,4,2\n", "votes.csv, line 6: vote is '2'"),
    (VOTES + "1400000006000,x,2,4,-\n", "votes.csv, line 6: vote is '-'"),
    (VOTES + "1400000006,x,2,4,1\n", "votes.csv, line 6: timestamp is '1400000006'"),
    (VOTES + "1400000006000,x,9,4,1\n", "votes.csv, line 6: votes on statement '9', which comments.csv lacks"),
    (VOTES + "1400000006000,x,2,,1\n", "votes.csv, line 6: voter-id is ''"),
    (VOTES + "1400000006000,x,2,a|b,1\n", "votes.csv, line 6: voter-id is 'a|b'"),
    (VOTES.encode() + "1400000006000,å,2,4,1\n".encode("latin-1"), "votes.csv, line 6: is not UTF-8"),
    (VOTES.encode("utf-16"), "votes.csv, line 1: is not UTF-8"),
]


@pytest.mark.parametrize(("votes", "complaint"), BROKEN_VOTES)
def test_a_broken_table_is_refused_with_file_and_line(
    votes: str | bytes, complaint: str, export: Callable[..., Path]
) -> None:
    with pytest.raises(ImportBroken) as refused:
        polis.read_conversation(export(votes=votes))
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("1400000009000,x,1,8,0,0,0,Twice\n", "line 6: the statement 1 stands there twice"),
        ("1400000009000,x,4,8,0,0,2,Text\n", "line 6: moderated is '2'"),
        ("1400000009000,x,4,8,0,0,0,\n", "line 6: the statement's text is empty"),
        ("1400000009000,x,4,8,0,0,0,a\x00b\n", "line 6: the statement's text holds the control character U+0000"),
    ],
)
def test_a_broken_statement_is_refused_with_its_line(line: str, complaint: str, export: Callable[..., Path]) -> None:
    with pytest.raises(ImportBroken) as refused:
        items_of(export(comments=COMMENTS + line))
    assert complaint in str(refused.value)


def test_every_way_a_gzipped_file_can_be_cut_off_is_refused(export: Callable[..., Path]) -> None:
    folder = export()
    whole = gzip.compress((folder / "votes.csv").read_bytes())
    (folder / "votes.csv").unlink()
    for length in range(len(whole)):
        (folder / "votes.csv.gz").write_bytes(whole[:length])
        with pytest.raises(ImportBroken, match=r"votes\.csv"):
            polis.read_conversation(folder)


def test_missing_and_ambiguous_files_are_refused(export: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ImportBroken, match="there is no folder"):
        polis.read_conversation(tmp_path / "nowhere")
    folder = export()
    (folder / "votes.csv.gz").write_bytes(gzip.compress(VOTES.encode()))
    with pytest.raises(ImportBroken, match=r"both votes.csv and votes.csv.gz"):
        polis.read_conversation(folder)
    for path in folder.glob("votes*"):
        path.unlink()
    with pytest.raises(ImportBroken, match=r"neither votes.csv nor votes.csv.gz"):
        polis.read_conversation(folder)
