from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.ballots.commands import CastVote, CloseBallot, OpenBallot, PublishTally
from ledger.ballots.terms import BallotPaper, BallotRule, BudgetCompletion
from ledger.messages import Command
from services.imports import pabulib
from services.imports.tables import ImportBroken

POINTS = """META
key;value
description;Ett litet torg
unit;Byen
budget;1000
vote_type;cumulative
rule;greedy
date_begin;6.09.2019
date_end;25.09.2019
max_sum_points;10
currency;SEK
PROJECTS
project_id;cost;votes;name
1;300;3;"Lekplats; den nya"
2;250.50;2;Bänkar
X-9;800;1;
VOTES
voter_id;age;vote;points
7;30;1,2;6,4
8;;X-9;10
9;41;2,1;10,0
10;;;
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str | bytes = POINTS, name: str = "byen_2019.pb") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def commands(path: Path, rule: BallotRule = BallotRule.BUDGET_GREEDY, **how: BudgetCompletion) -> list[Command]:
    phases = pabulib.phases(pabulib.read_election(path), rule, **how)
    return [item.submission.command for phase in phases for item in phase]


def opening(path: Path, rule: BallotRule = BallotRule.BUDGET_GREEDY, **how: BudgetCompletion) -> OpenBallot:
    return next(each for each in commands(path, rule, **how) if isinstance(each, OpenBallot))


# --- What it becomes --------------------------------------------------------------------------
def test_projects_become_priced_options_in_minor_units(written: Callable[..., Path]) -> None:
    ballot = opening(written())
    assert [(each.option, each.label, each.cost) for each in ballot.options] == [
        ("1", "Lekplats; den nya", 30_000),
        ("2", "Bänkar", 25_050),
        ("x-9", "X-9", 80_000),
    ]
    assert ballot.budget is not None
    assert (ballot.budget.amount, ballot.budget.currency, ballot.budget.points_max) == (100_000, "SEK", 10)
    assert (ballot.occurred, ballot.question) == ("2019-09-06", "Ett litet torg")


def test_votes_keep_voter_order_and_points_and_what_names_nothing_is_no_vote(written: Callable[..., Path]) -> None:
    votes = [each for each in commands(written()) if isinstance(each, CastVote)]
    assert [(each.voter, each.choices, each.points) for each in votes] == [
        ("7", ("1", "2"), (6, 4)),
        ("8", ("x-9",), (10,)),
        ("9", ("2",), (10,)),
    ]
    assert {each.occurred for each in votes} == {"2019-09-06/2019-09-25"}
    assert pabulib.read_election(written()).skipped == 1


def test_the_ballot_is_closed_and_its_result_published_at_the_end(written: Callable[..., Path]) -> None:
    *_, close, publish = commands(written())
    assert isinstance(close, CloseBallot) and close.occurred == "2019-09-25"
    assert isinstance(publish, PublishTally)


@pytest.mark.parametrize(
    "kind, paper, columns",
    [
        ("approval", BallotPaper.APPROVALS, None),
        ("choose-1", BallotPaper.APPROVALS, 1),
        ("ordinal", BallotPaper.RANKING, None),
        ("scoring", BallotPaper.POINTS, None),
    ],
)
def test_each_type_of_vote_has_its_paper(
    kind: str, paper: BallotPaper, columns: int | None, written: Callable[..., Path]
) -> None:
    ballot = opening(written(POINTS.replace("cumulative", kind)))
    assert ballot.budget is not None
    assert (ballot.budget.paper, ballot.choices_max) == (paper, columns)
    votes = [each for each in commands(written(POINTS.replace("cumulative", kind))) if isinstance(each, CastVote)]
    assert all((each.points is not None) is (paper is BallotPaper.POINTS) for each in votes)


def test_shares_have_a_satisfaction_that_fits_the_paper_and_a_stated_completion(written: Callable[..., Path]) -> None:
    points = opening(written(), BallotRule.BUDGET_MES).budget
    approvals = opening(written(POINTS.replace("cumulative", "approval")), BallotRule.BUDGET_MES).budget
    grown = opening(written(), BallotRule.BUDGET_MES, completion=BudgetCompletion.ADD1).budget
    assert points is not None and approvals is not None and grown is not None
    assert (points.satisfaction, points.completion, points.share_step) == ("additive", "utilitarian", None)
    assert approvals.satisfaction == "cost"
    assert (grown.completion, grown.share_step) == ("add1", 100_000 // 3 // 100)


@pytest.mark.parametrize("stated, rule", [("equalshares/add1", "budget_mes"), ("greedy", "budget_greedy")])
def test_the_rule_is_the_one_the_file_names(stated: str, rule: str, written: Callable[..., Path]) -> None:
    election = pabulib.read_election(written(POINTS.replace("rule;greedy", f"rule;{stated}")))
    assert pabulib.rule_of(election) == rule


def test_the_same_file_has_the_same_request_ids(written: Callable[..., Path]) -> None:
    ids = []
    for content in (POINTS, POINTS.replace("\n", "\r\n")):
        phases = pabulib.phases(pabulib.read_election(written(content)), BallotRule.BUDGET_GREEDY)
        ids.append([item.submission.request_id for phase in phases for item in phase])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0]) == pabulib.count(pabulib.read_election(written()))


# --- What cannot be read ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "before, after, complaint",
    [
        ("META\n", "", "line 1: the file must begin with META"),
        ("VOTES\n", "", "has no section VOTES"),
        ("vote_type;cumulative", "vote_type;plurality", "vote_type is 'plurality'"),
        ("budget;1000", "budget;mycket", "the budget of META is 'mycket'"),
        ("budget;1000", "budget;0", "it must be above 0"),
        ("X-9;800", "X-9;8.001", "line 16: cost is '8.001'"),
        ("X-9;800", "1;800", "line 16: project_id '1' is empty or stands there twice"),
        ("8;;X-9;10", "8;;X-8;10", "line 20: votes for project 'X-8', which PROJECTS lacks"),
        ("1,2;6,4", "1,1;6,4", "line 19: names a project twice"),
        ("1,2;6,4", "1,2;6", "line 19: points must be one whole number to each of the 2 projects"),
        ("8;;X-9;10", "7;;X-9;10", "line 20: this voter_id stands there twice"),
        ("8;;X-9;10", "8;;X-9;10;1", "line 20: has 5 columns, the header 4"),
        ("project_id;cost", "id;cost", "PROJECTS must name the column project_id once"),
    ],
)
def test_a_broken_file_is_refused_with_the_line(
    before: str, after: str, complaint: str, written: Callable[..., Path]
) -> None:
    assert before in POINTS
    with pytest.raises(ImportBroken) as refused:
        pabulib.read_election(written(POINTS.replace(before, after, 1)))
    assert complaint in str(refused.value)


def test_a_file_that_is_not_there_or_not_text_is_refused(written: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ImportBroken, match="cannot be read"):
        pabulib.read_election(tmp_path / "nowhere.pb")
    with pytest.raises(ImportBroken, match="is not UTF-8"):
        pabulib.read_election(written(POINTS.encode("latin-1")))


def test_one_project_is_no_choice(written: Callable[..., Path]) -> None:
    lines = [line for line in POINTS.splitlines() if not line.startswith(("2;", "X-9", "7;", "8;", "9;"))]
    with pytest.raises(ImportBroken, match="at least two options"):
        commands(written("\n".join(lines)))
