"""Instant run-off: exact vectors, and what holds for any papers."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger import tally
from ledger.tally import Paper

OPTIONS = tuple("abcd")


def papers(*written: tuple[str, int]) -> list[Paper]:
    return [Paper(tuple(choices), votes=votes) for choices, votes in written]


# --- Vectors ----------------------------------------------------------------------------------
def test_the_option_with_the_fewest_votes_falls_until_one_has_a_majority() -> None:
    result = tally.irv("b", OPTIONS, papers(("abcd", 42), ("bcda", 26), ("cdba", 15), ("dcba", 17)))
    assert [(each.out, dict(each.votes)) for each in result.rounds] == [
        ("c", {"a": 42, "b": 26, "d": 17, "c": 15}),
        ("b", {"a": 42, "d": 32, "b": 26}),
        (None, {"d": 58, "a": 42}),
    ]
    assert result.winner == "d"


def test_half_of_the_votes_is_no_majority() -> None:
    result = tally.irv("b", OPTIONS, papers(("a", 2), ("b", 1), ("ca", 1)))
    assert [dict(each.votes)["a"] for each in result.rounds] == [2, 2, 3]
    assert result.winner == "a"


def test_a_paper_that_names_no_continuing_option_is_exhausted_and_counts_no_more() -> None:
    result = tally.irv("b", tuple("abc"), papers(("a", 3), ("b", 4), ("c", 2)))
    assert [each.exhausted for each in result.rounds] == [0, 2]
    assert result.winner == "b"


def test_a_tie_goes_against_the_option_that_had_fewer_votes_in_the_latest_earlier_round() -> None:
    # d falls first, and its paper lifts c to the three votes of b.
    result = tally.irv("b", OPTIONS, papers(("a", 5), ("b", 3), ("c", 2), ("dc", 1)))
    first, second, _ = result.rounds
    assert (first.out, first.tied) == ("d", ())
    assert dict(second.votes) == {"a": 5, "b": 3, "c": 3}
    assert (second.out, set(second.tied), second.settled) == ("c", {"b", "c"}, "earlier_round")


def test_options_that_never_differed_are_settled_by_the_lot_and_the_last_one_falls() -> None:
    result = tally.irv("b", tuple("abc"), papers(("a", 2), ("b", 2), ("c", 3)))
    last = max("ab", key=lambda option: tally.lot("b", option))
    assert (result.rounds[0].out, set(result.rounds[0].tied), result.rounds[0].settled) == (last, {"a", "b"}, "lot")


def test_where_nobody_voted_nobody_wins() -> None:
    assert tally.irv("b", OPTIONS, []).winner is None
    assert tally.irv("b", OPTIONS, papers(("", 3))).winner is None


# --- What holds for any papers ------------------------------------------------------------------
ranking = st.permutations(OPTIONS).flatmap(lambda order: st.integers(0, 4).map(lambda length: tuple(order[:length])))
some_papers = st.lists(st.builds(Paper, ranking, votes=st.integers(1, 4)), max_size=12)


@for_all(some_papers, st.randoms(use_true_random=False))
def test_neither_who_voted_nor_in_which_order_matters(written: list[Paper], chance: Any) -> None:
    one_by_one = [Paper(each.choices) for each in written for _ in range(each.votes)]
    chance.shuffle(one_by_one)
    assert tally.irv("b", OPTIONS, one_by_one) == tally.irv("b", OPTIONS, written)


@for_all(some_papers, st.permutations(OPTIONS))
def test_new_names_do_not_change_who_wins_where_no_lot_decides(written: list[Paper], renamed: list[str]) -> None:
    names = dict(zip(OPTIONS, renamed, strict=True))
    result = tally.irv("b", OPTIONS, written)
    assume(all(each.settled != "lot" for each in result.rounds))
    again = tally.irv("b", OPTIONS, [Paper(tuple(names[each] for each in p.choices), votes=p.votes) for p in written])
    assert again.winner == (None if result.winner is None else names[result.winner])


@for_all(some_papers, st.sampled_from(OPTIONS))
def test_who_is_first_on_most_papers_wins_at_once(written: list[Paper], favourite: str) -> None:
    others = sum(each.votes for each in written if each.choices)
    result = tally.irv("b", OPTIONS, [*written, Paper((favourite,), votes=others + 1)])
    assert (result.winner, len(result.rounds)) == (favourite, 1)


@for_all(some_papers, st.integers(1, 5))
def test_papers_that_name_nothing_change_the_exhausted_count_alone(written: list[Paper], empty: int) -> None:
    result, more = (tally.irv("b", OPTIONS, each) for each in (written, [*written, Paper((), votes=empty)]))
    assert more.winner == result.winner
    assert [each._replace(exhausted=each.exhausted - empty) for each in more.rounds] == list(result.rounds)


@for_all(some_papers)
def test_in_every_round_the_votes_and_the_exhausted_are_all_papers(written: list[Paper]) -> None:
    everyone = sum(each.votes for each in written)
    for each in tally.irv("b", OPTIONS, written).rounds:
        assert sum(votes for _, votes in each.votes) + each.exhausted == everyone
        assert each.out is None or dict(each.votes)[each.out] == min(votes for _, votes in each.votes)
