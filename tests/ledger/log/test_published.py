"""What is handed out is the note that was signed, with one line of each of its witnesses, and always parses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoint import read_unverified
from ledger.log.errors import MalformedNote, OutsideTree
from ledger.log.note import Signature, parse_note
from ledger.log.published import COSIGNERS_MAX, NotPublished, cosigned_all, line_of, lines_of
from ledger.log.published import published as handed_out
from ledger.log.receipt import Receipt
from ledger.log.verify import verify_checkpoint
from ledger.store.port import Cosignature
from tests.ledger.log.published import Published


def _line(signer: str, at: int) -> str:
    return Signature(signer, b"\0\0\0\7", at.to_bytes(8, "big") + b"s" * 64).line()


def _said(size: int, signer: str, at: int) -> Cosignature:
    return Cosignature(size, f"{signer}+00000007", _line(signer, at), at)


@pytest.fixture
def witnessed(published: Published) -> Published:
    published.record(3)
    published.publish()
    published.record(2)
    published.publish()
    published.writer().add_cosignatures(
        [_said(3, "b.example/w", at) for at in (10, 30)] + [_said(3, "a.example/w", 20)]
    )
    return published


def test_each_witness_has_one_line_the_latest_or_the_first(witnessed: Published) -> None:
    store = witnessed.writer()
    signed = next(kept for kept in store.checkpoints(0, 9) if kept.size == 3)
    assert handed_out(store, 3).decode() == signed.note + _line("a.example/w", 20) + _line("b.example/w", 30)
    assert handed_out(store, 3, first=True).decode() == signed.note + _line("a.example/w", 20) + _line(
        "b.example/w", 10
    )
    assert handed_out(store) == handed_out(store, 5)
    assert len(parse_note(handed_out(store)).signatures) == len(parse_note(handed_out(store, 3)).signatures) - 2
    assert verify_checkpoint(handed_out(store, 3), "test", [witnessed.key]).size == 3


@pytest.mark.parametrize("first", [True, False])
def test_a_page_of_checkpoints_is_handed_out_as_each_by_itself(
    witnessed: Published, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = witnessed.writer()
    page = store.checkpoints(0, 9)
    each = [(kept, handed_out(store, kept.size, first=first)) for kept in page]
    asked: list[tuple[int, int]] = []
    between = store.cosignatures_between

    def counted(low: int, high: int) -> list[Cosignature]:
        asked.append((low, high))
        return between(low, high)

    monkeypatch.setattr(store, "cosignatures_between", counted)
    monkeypatch.setattr(store, "cosignatures", None)
    assert cosigned_all(store, page, first=first) == each
    assert asked == [(3, 5)], "one question, however many there are"
    assert cosigned_all(store, page[1:], first=first) == each[1:]
    assert cosigned_all(store, []) == []


def test_only_sizes_that_were_signed_are_handed_out(published: Published) -> None:
    store = published.writer()
    with pytest.raises(NotPublished):
        handed_out(store)
    published.record(3)
    published.publish()
    for size in (-1, 2, 4):
        with pytest.raises(OutsideTree):
            handed_out(store, size)


def test_a_receipt_carries_the_first_lines_and_is_the_same_ever_after(witnessed: Published) -> None:
    receipt = witnessed.proofs().receipt(2)
    assert _line("b.example/w", 10).encode() in Receipt.parse(receipt).checkpoint
    witnessed.writer().add_cosignatures([_said(3, "b.example/w", 40)])
    assert witnessed.proofs().receipt(2) == receipt
    assert verify_checkpoint(Receipt.parse(receipt).checkpoint, "test", [witnessed.key]).size == 3


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: f"— a {raw.decode('latin-1')}\n"))
def test_what_is_kept_damaged_is_left_out_and_the_note_still_parses(text: str) -> None:
    note = "log\n1\n" + "A" * 43 + "=\n\n" + _line("log", 0)
    raw = (note + "".join(lines_of([_said(1, "w", 1), Cosignature(1, "x+00", text, 1)]))).encode()
    assert len(parse_note(raw).signatures) >= 2
    assert read_unverified(raw).size == 1


def test_no_more_lines_are_added_than_a_note_may_have() -> None:
    lines = lines_of(_said(1, f"w{number}", 1) for number in range(COSIGNERS_MAX + 9))
    assert len(lines) == COSIGNERS_MAX


@pytest.mark.parametrize("line", ["", "\n", "— a b", "x\n\n— a AAAAAAA=\n", _line("w", 1) * 2, "\ud800\n"])
def test_a_line_is_one_signature(line: str) -> None:
    with pytest.raises(MalformedNote):
        line_of(line)
