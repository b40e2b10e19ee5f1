"""What is said of a checkpoint's witnesses follows the policy, and receipts wait for a checkpoint that has them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.cosignature import Ed25519CosigningKey
from ledger.log.note import parse_note
from ledger.log.policy import Group, Policy, TrustedWitness
from ledger.log.receipt import Receipt
from services.witness.asking import kept
from services.witness.marks import QUORUM_WORDS_MAX, Mark, Marks, Seen, quorum_text
from tests.ledger.log.published import Published
from tests.services.witness.town import NOW

KEYS = {name: Ed25519CosigningKey.generate(f"{name}.example/w") for name in ("a", "b", "c")}
WITNESSES = tuple(TrustedWitness(name.encode(), key.verifier) for name, key in KEYS.items())
TWO = Policy((), WITNESSES, (Group(b"two", 2, (b"a", b"b", b"c")),), b"two")


@pytest.fixture
def marks(published: Published) -> Marks:
    for size in (2, 5, 9, 12):
        published.record(size - len(published.leaves))
        published.publish()
    return Marks(published.folder, TWO, lambda: NOW)


def _cosign(published: Published, size: int, names: Sequence[str], at: int = NOW) -> None:
    store = published.writer()
    note = next(each.note for each in store.checkpoints(size - 1, 1))
    text = parse_note(note.encode()).text
    store.add_cosignatures([kept(size, KEYS[name].cosign(text, at)) for name in names])


def test_a_mark_counts_witnesses_by_the_policy(published: Published, marks: Marks) -> None:
    store = published.writer()
    newest = store.last_checkpoint()
    assert newest is not None
    assert str(marks.mark(store, newest)) == "not witnessed; the policy asks for 2 of (a, b, c)"
    assert marks.newest(store) is None
    _cosign(published, 12, ["b"])
    one = marks.mark(store, newest)
    assert one == Mark(12, witnessed=False, by=(Seen("b", NOW),), quorum="2 of (a, b, c)")
    assert "not witnessed by enough, but by b (2027-01-15T08:00:00Z)" in str(one)
    _cosign(published, 12, ["c"], at=NOW + 9)
    both = marks.mark(store, newest)
    assert (both.witnessed, [each.witness for each in both.by], marks.newest(store)) == (True, ["b", "c"], both)
    assert str(both).startswith("witnessed by b (")


def test_a_line_from_the_future_counts_for_nothing(published: Published, marks: Marks) -> None:
    _cosign(published, 12, ["a", "b"], at=NOW + 3600)
    assert marks.newest(published.writer()) is None


def test_a_receipt_is_under_the_oldest_witnessed_checkpoint_or_the_oldest(published: Published, marks: Marks) -> None:
    store = published.writer()

    def covering(position: int) -> int:
        found = marks.covering(store, position)
        assert found is not None
        receipt = Receipt.parse(published.proofs().receipt(position, found))
        assert parse_note(receipt.checkpoint).text.split("\n")[1] == str(found.size)
        return found.size

    assert [covering(at) for at in (1, 3, 12)] == [2, 5, 12]
    _cosign(published, 5, ["a"])
    _cosign(published, 9, ["a", "b"])
    assert [covering(at) for at in (1, 3, 9, 10)] == [9, 9, 9, 12]
    assert marks.covering(store, 13) is None


def test_without_a_policy_nothing_is_witnessed(published: Published, marks: Marks) -> None:
    _cosign(published, 12, ["a", "b", "c"])
    store, bare = published.writer(), Marks.of(published.folder)
    newest = store.last_checkpoint()
    assert newest is not None
    assert bare.mark(store, newest) == Mark(12, witnessed=False, by=(), quorum="")
    assert str(bare.mark(store, newest)) == "not witnessed; there is no policy that names witnesses"
    assert bare.newest(store) is None
    first = bare.covering(store, 1)
    assert first is not None
    assert first.size == 2


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(), "no witness"),
        (Policy((), WITNESSES, (), b"a"), "a"),
        (Policy((), WITNESSES, (Group(b"g", 1, (b"a",)),), b"g"), "a"),
        (
            Policy((), WITNESSES, (Group(b"g", 1, (b"a", b"b")), Group(b"h", 2, (b"g", b"c"))), b"h"),
            "all of (any of (a, b), c)",
        ),
    ],
)
def test_a_quorum_is_said_in_words(policy: Policy, words: str) -> None:
    assert quorum_text(policy) == words


@given(st.lists(st.integers(1, 4), min_size=1, max_size=60))
def test_the_words_for_a_quorum_stay_short(widths: list[int]) -> None:
    groups, last = [], b"a"
    for number, width in enumerate(widths):
        members = (last, *(b"x" * 30 + bytes([65 + at]) for at in range(width)))
        groups.append(Group(f"g{number}".encode(), 1, members))
        last = groups[-1].name
    text = quorum_text(Policy((), WITNESSES, tuple(groups), last))
    assert 0 < len(text) <= QUORUM_WORDS_MAX
    assert text.isprintable()


@given(st.integers(-(1 << 70), 1 << 70))
def test_any_time_can_be_said(at: int) -> None:
    assert Seen("w", at).moment
