"""The checker finds what is planted, and nothing in a history that is right."""

from __future__ import annotations

import random
import time
from math import inf
from pathlib import Path

import pytest

from tests.faults.checker import Attempt, Fault, Kept, check, read_history


def history(size: int, seed: int = 1) -> tuple[list[Attempt], list[Kept]]:
    """Return overlapping calls as a right server answers them: retries, lost answers, refusals for a taken claim."""
    chance = random.Random(seed)
    record: list[Kept] = []
    places: dict[str, int] = {}
    claims: set[str] = set()
    attempts = []
    for n in range(size):
        effect = n * 0.5
        again = n > 10 and chance.random() < 0.1
        key = chance.choice(record).key if again else f"k{n}"
        claim = record[places[key] - 1].claim if again else f"c{chance.randrange(size * 2)}"
        began, ended = effect - chance.random() * 5, effect + chance.random() * 5
        rejected = None
        if key not in places:
            if claim in claims:
                rejected = "ALREADY_VOTED"
            else:
                record.append(Kept(key, claim))
                places[key] = len(record)
                claims.add(str(claim))
        if chance.random() < 0.05:
            attempts.append(Attempt(key, began, inf, claim=claim))
        else:
            attempts.append(Attempt(key, began, ended, None if rejected else places[key], rejected, claim))
    return attempts, record


def names(faults: list[Fault]) -> set[str]:
    return {fault.name for fault in faults}


@pytest.mark.parametrize("seed", range(20))
def test_a_right_history_has_no_faults(seed: int) -> None:
    attempts, record = history(2_000, seed)
    assert len(record) < 2_000
    assert check(attempts, record) == []


def test_nothing_recorded_and_nothing_asked_is_right() -> None:
    assert check([], []) == []


@pytest.mark.parametrize("seed", range(10))
def test_two_events_that_changed_places_are_found(seed: int) -> None:
    attempts, record = history(500, seed)
    record[100], record[300] = record[300], record[100]
    assert names(check(attempts, record)) >= {"lost"}
    # Even where nobody was told a position.
    told = [each._replace(position=each.position and record.index(Kept(each.key, each.claim)) + 1) for each in attempts]
    assert "order" in names(check(told, record))


@pytest.mark.parametrize("seed", range(10))
def test_a_lost_event_is_found(seed: int) -> None:
    attempts, record = history(500, seed)
    assert "lost" in names(check(attempts, record[:200] + record[201:]))
    assert "lost" in names(check(attempts, record[:-8]))


def test_a_doubled_event_is_found() -> None:
    attempts, record = history(500)
    assert names(check(attempts, [*record, record[3]])) >= {"double", "taken twice"}


def test_what_nobody_asked_for_is_found() -> None:
    attempts, record = history(500)
    assert check(attempts, [*record, Kept("ghost")]) == [Fault("unasked", "ghost", len(record) + 1)]


def test_a_claim_taken_twice_is_found() -> None:
    record = [Kept("a", "vote of v"), Kept("b", "vote of v")]
    attempts = [Attempt("a", 0, 1, 1, claim="vote of v"), Attempt("b", 0, 1, 2, claim="vote of v")]
    assert check(attempts, record) == [Fault("taken twice", "b", 2)]


def test_a_refusal_needs_its_reason_in_the_record_before_it() -> None:
    taken = Attempt("a", 5, 6, 1, claim="c")
    record = [Kept("a", "c")]
    assert check([taken, Attempt("b", 0, 7, None, "ALREADY_VOTED", "c")], record) == []
    assert check([taken, Attempt("b", 0, 4, None, "ALREADY_VOTED", "c")], record) == [Fault("groundless", "b", 1)]
    assert check([taken, Attempt("b", 0, 9, None, "ALREADY_VOTED", "other")], record) == [Fault("groundless", "b")]
    assert names(check([taken, Attempt("a", 7, 8, None, "ALREADY_VOTED", "c")], record)) == {"recorded"}


def test_real_time_is_respected() -> None:
    before, after = Attempt("a", 0, 1, 2), Attempt("b", 2, 3, 1)
    assert check([before, after], [Kept("b"), Kept("a")]) == [Fault("order", "a", 2)]
    overlapping = after._replace(began=0.5)
    assert check([before, overlapping], [Kept("b"), Kept("a")]) == []
    unknown = Attempt("b", 2)
    assert check([before._replace(position=2), unknown], [Kept("b"), Kept("a")]) == [Fault("order", "a", 2)]


def test_it_is_fast_enough_to_run_on_every_fault_run() -> None:
    attempts, record = history(100_000)
    started = time.monotonic()
    assert check(attempts, record) == []
    assert time.monotonic() - started < 5


def test_a_history_that_ends_in_the_middle_of_a_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text(
        '[1.0,"calls","k1",["r1","b","v",null]]\n[1.5,"calls","k2",["r2","b","w","c"]]\n'
        '[2.0,"heard","k1",[7,null]]\n[2.5,"heard","k2",[null,"ALREADY_VOTED"]]\n'
        '[3.0,"calls","k1",["r1","b","v",null]]\n[3.5,"calls","k1",["r1","b","v",null]]\n[4.0,"hea'
    )
    attempts, calls = read_history(path)
    assert attempts == [
        Attempt("k1", 1.0, 2.0, 7),
        Attempt("k2", 1.5, 2.5, None, "ALREADY_VOTED", "c"),
        Attempt("k1", 3.0),
        Attempt("k1", 3.5),
    ]
    assert [(each.request, each.voter) for each in calls.values()] == [("r1", "v"), ("r2", "w")]
