"""A tag row tells exactly which positions it covers, in a few bytes."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.store.port import NewEvent, covered, pack_covered, tag_hash, tag_rows

POSITIONS = st.lists(st.integers(0, 5_000), min_size=1, unique=True).map(sorted)


@given(POSITIONS, st.integers(0, 2**50))
def test_packing_is_undone_by_covered_wherever_the_group_lies(positions: list[int], first: int) -> None:
    runs = pack_covered(positions)
    assert list(covered(first + positions[-1], runs)) == [first + each for each in positions]
    assert (runs is None) == (len(positions) == 1)


@given(st.integers(0, 2**40), st.integers(2, 4_000))
def test_neighbours_cost_one_run(start: int, length: int) -> None:
    runs = pack_covered(range(start, start + length))
    assert runs is not None
    assert len(runs) == 8


TAGS = st.lists(st.sampled_from(["a", "b", "c|d"]), unique=True).map(tuple)


@given(st.lists(st.tuples(st.sampled_from(["opened", "cast"]), TAGS)))
def test_rows_tell_for_every_tag_and_topic_which_events_carry_them(events: list[tuple[str, tuple[str, ...]]]) -> None:
    rows = tag_rows(NewEvent("", f"{topic}.v1", topic, b"", b"", tags) for topic, tags in events)
    found = {(row.tag, row.topic): list(covered(row.last, row.runs)) for row in rows}
    assert len(found) == len(rows)
    wanted: dict[tuple[bytes, str], list[int]] = {}
    for ordinal, (topic, tags) in enumerate(events):
        for tag in tags:
            wanted.setdefault((tag_hash(tag), topic), []).append(ordinal)
    assert found == wanted


def test_a_tag_is_indexed_under_its_blake2b_of_sixteen_bytes() -> None:
    # What `b2sum --length=128` says.
    assert tag_hash("ballot:skolvägen").hex() == "ad6bec5297e4c9fc63f2d6a53913c31e"
