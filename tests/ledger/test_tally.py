"""Tallies: exact vectors, and what holds for any counts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger import tally
from ledger.ballots import SLICE
from ledger.ballots.commands import CastVote, WithdrawVote
from ledger.ballots.events import BallotOpened, VoteCast
from ledger.ballots.terms import VoteChoice
from ledger.messages import Command
from ledger.tally import Count
from tests.slices import Given


def current(**votes: int) -> dict[str, Count]:
    return {choice: Count(number, number) for choice, number in votes.items()}


# --- Vectors ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "yes, no, abstain, passed",
    [(5, 5, 2, False), (6, 5, 2, True), (5, 6, 0, False), (1, 0, 11, True), (0, 0, 3, False), (0, 0, 0, False)],
)
def test_a_question_passes_when_yes_outnumbers_no(yes: int, no: int, abstain: int, passed: bool) -> None:
    result = tally.yes_no_abstain(current(yes=yes, no=no, abstain=abstain))
    assert result.passed is passed
    assert result.votes == Count(yes + no + abstain, yes + no + abstain)
    assert (result.turnout, result.quorum_met) == (None, None)


@pytest.mark.parametrize(
    "electorate, quorum, met, passed",
    [
        (24, Fraction(1, 2), True, True),
        (25, Fraction(1, 2), False, False),
        (36, Fraction(1, 3), True, True),
        (37, Fraction(1, 3), False, False),
    ],
)
def test_who_abstains_counts_towards_the_quorum_which_is_met_at_equality(
    electorate: int, quorum: Fraction, met: bool, passed: bool
) -> None:
    result = tally.yes_no_abstain(current(yes=6, no=4, abstain=2), electorate, quorum)
    assert (result.turnout, result.quorum_met, result.passed) == (Fraction(12, electorate), met, passed)


def test_a_quorum_without_an_electorate_is_no_quorum() -> None:
    with pytest.raises(ValueError, match="electorate"):
        tally.yes_no_abstain(current(yes=1), None, Fraction(1, 2))


@pytest.mark.parametrize("supporters, reached", [(99, False), (100, True), (101, True)])
def test_a_threshold_is_reached_at_equality(supporters: int, reached: bool) -> None:
    assert tally.support(current(support=supporters), 100).reached is reached


def test_without_a_threshold_nothing_is_reached_or_missed() -> None:
    assert tally.support({"support": Count(3, 2)}) == tally.Support(Count(3, 2), None, None)


def test_each_statement_is_totalled_by_itself() -> None:
    counts = {
        "s2": {"agree": Count(5, 3), "disagree": Count(1, 1), "pass": Count(2, 2)},
        "s1": {"pass": Count(1, 1)},
    }
    first, second = tally.agree_disagree_pass(counts)
    assert (first.statement, first.votes, first.agreement) == ("s1", Count(1, 1), None)
    assert (second.statement, second.votes, second.agreement) == ("s2", Count(8, 6), Fraction(3, 4))


def test_those_most_approved_win() -> None:
    result = tally.approval("b", ("n", "s", "w"), current(n=2, s=5, w=3), winners=2)
    assert (result.winners, result.tied) == (("s", "w"), ())
    assert [(each.option, each.approvals.current_votes) for each in result.order] == [("s", 5), ("w", 3), ("n", 2)]


def test_a_tie_goes_by_the_lot_that_was_published_before() -> None:
    # printf 'b|n' | sha256sum, and so on; the lowest comes first.
    assert tally.lot("b", "n") == "a0101703933e01e82514e7c7bf8b34d7578f3eb68f1444f6e0952570bd5069c6"
    assert tally.lot("b", "s") == "9bfc3126903962370344899800b3764d2e230e38112a079ad3f2dec579a79cad"
    result = tally.approval("b", ("n", "s", "w"), current(n=4, s=4, w=1))
    assert result.winners == ("s",)
    assert set(result.tied) == {"n", "s"}


def test_an_option_nobody_approved_is_still_listed() -> None:
    assert len(tally.approval("b", ("n", "s"), {}).order) == 2


# --- Three given, one withdrawn, one double ---------------------------------------------------
BALLOT = BallotOpened(ballot="b", question="?", rule="support", tie_rule="none", definition="0" * 64)


def counted(commands: Iterable[Command]) -> Count:
    """Count the votes that follow from `commands`, as an auditor would with pen and paper."""
    ledger = Given(SLICE, (BALLOT,))
    for command in commands:
        ledger = ledger.and_then(*ledger.when(command))
    live: dict[str, bool] = {}
    casts = 0
    for event in ledger.history[1:]:
        casts += isinstance(event, VoteCast)
        live[event.tags()[1]] = isinstance(event, VoteCast)
    return Count(casts, sum(live.values()))


def cast(voter: str) -> CastVote:
    return CastVote(ballot="b", voter=voter, choice=VoteChoice.SUPPORT)


@pytest.mark.parametrize(
    "voters, supporters",
    [
        (("a", "b", "a"), 1),  # the double came from one known voter
        (("a", "b", "c"), 2),  # the double could not be told apart
    ],
)
def test_three_given_one_withdrawn_one_double_counts_by_identity(voters: tuple[str, ...], supporters: int) -> None:
    count = counted([*map(cast, voters), WithdrawVote(ballot="b", voter="b")])
    assert tally.support({"support": count}) == tally.Support(Count(3, supporters), None, None)


# --- What holds for any counts ----------------------------------------------------------------
CHOICES = ("yes", "no", "abstain")
votes = st.lists(st.sampled_from(CHOICES), max_size=60)


def counts_of(cast: Iterable[str]) -> dict[str, Count]:
    return {choice: Count(number, number) for choice, number in Counter(cast).items()}


@for_all(votes, st.randoms())
def test_neither_who_voted_nor_in_which_order_matters(cast: list[str], chance: object) -> None:
    mixed = list(cast)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert tally.yes_no_abstain(counts_of(mixed), 100, Fraction(1, 4)) == tally.yes_no_abstain(
        counts_of(cast), 100, Fraction(1, 4)
    )


@for_all(votes)
def test_yes_and_no_are_treated_alike_but_for_the_tie(cast: list[str]) -> None:
    other = {"yes": "no", "no": "yes", "abstain": "abstain"}
    result, mirrored = (tally.yes_no_abstain(counts_of(each)) for each in (cast, [other[choice] for choice in cast]))
    assert (result.yes, result.no) == (mirrored.no, mirrored.yes)
    if result.yes == result.no:
        assert not result.passed
        assert not mirrored.passed
    else:
        assert result.passed is not mirrored.passed


approvals = st.dictionaries(st.sampled_from("abcdefgh"), st.builds(Count, st.integers(0, 9), st.integers(0, 9)))


@for_all(approvals, st.permutations("abcdefgh"), st.integers(1, 7))
def test_the_order_in_which_options_are_listed_does_not_matter(
    counts: Mapping[str, Count], listed: list[str], winners: int
) -> None:
    assert tally.approval("b", tuple(listed), counts, winners) == tally.approval(
        "b", tuple("abcdefgh"), counts, winners
    )


@for_all(st.permutations("abcdefgh"), st.permutations(range(8)), st.integers(1, 7))
def test_new_names_do_not_change_who_wins_where_nobody_ties(
    renamed: list[str], approved: list[int], winners: int
) -> None:
    names = dict(zip("abcdefgh", renamed, strict=True))
    counts = {option: Count(number, number) for option, number in zip("abcdefgh", approved, strict=True)}
    result = tally.approval("b", tuple("abcdefgh"), counts, winners)
    again = tally.approval("b", tuple(renamed), {names[option]: count for option, count in counts.items()}, winners)
    assert again.winners == tuple(names[option] for option in result.winners)
    assert result.tied == again.tied == ()


@for_all(approvals, st.integers(1, 7))
def test_nobody_wins_with_fewer_approvals_than_a_loser(counts: Mapping[str, Count], winners: int) -> None:
    result = tally.approval("b", tuple("abcdefgh"), counts, winners)
    won = [counts.get(option, tally.NONE).current_votes for option in result.winners]
    lost = [each.approvals.current_votes for each in result.order if each.option not in result.winners]
    assert len(won) == winners
    assert min(won) >= max(lost)
    assert bool(result.tied) is (min(won) == max(lost))


@for_all(votes, st.integers(1, 1000))
def test_votes_that_no_longer_count_change_no_result(cast: list[str], changed: int) -> None:
    assume(cast)
    counts = counts_of(cast)
    busy = {choice: Count(count.votes_cast + changed, count.current_votes) for choice, count in counts.items()}
    one, other = tally.yes_no_abstain(counts), tally.yes_no_abstain(busy)
    assert (one.passed, one.votes.current_votes) == (other.passed, other.votes.current_votes)
    assert other.votes.votes_cast > one.votes.votes_cast


# --- Roll call ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "counts, settled, passed, decided_by",
    [
        ((8, 6), {}, True, "majority"),
        ((6, 8), {}, False, "majority"),
        ((7, 7), {"casting_vote": "yes"}, True, "casting_vote"),
        ((7, 7), {"casting_vote": "no"}, False, "casting_vote"),
        ((7, 7), {"lot": "yes"}, True, "lot"),
        ((7, 7), {}, None, None),
        ((1, 0, 13), {}, True, "majority"),
        ((0, 0, 3), {"casting_vote": "no"}, False, "casting_vote"),
    ],
)
def test_a_roll_call_goes_by_simple_majority_and_the_chair_settles_a_tie(
    counts: tuple[int, ...], settled: dict[str, str], passed: bool | None, decided_by: str | None
) -> None:
    result = tally.roll_call(*counts, **settled)  # type: ignore[arg-type]
    assert (result.passed, result.decided_by) == (passed, decided_by)


@for_all(
    yes=st.integers(0, 200), no=st.integers(0, 200), abstain=st.integers(0, 200), cast=st.sampled_from(["yes", "no"])
)
def test_the_chair_never_turns_a_majority_and_abstainers_never_count(
    yes: int, no: int, abstain: int, cast: str
) -> None:
    result = tally.roll_call(yes, no, abstain, cast)
    assert result.passed is ((yes > no) if yes != no else (cast == "yes"))
    assert (result.passed, result.decided_by) == tally.roll_call(yes, no, 0, cast)[3:]
    if yes != no:
        assert tally.roll_call(no, yes, abstain).passed is not result.passed
