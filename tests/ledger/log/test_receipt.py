"""Receipts: the file a resident keeps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.errors import MalformedReceipt
from ledger.log.merkle import SIZE_MAX
from ledger.log.note import encode_base64
from ledger.log.receipt import PROOF_MAX, RECEIPT_MAX, Receipt

HASH = encode_base64(bytes(range(32)))
HEAD = "c2sp.org/tlog-proof@v1\n"
TOO_MANY = f"{HASH}\n" * (PROOF_MAX + 1)

receipts = st.builds(
    Receipt,
    index=st.integers(0, SIZE_MAX),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=PROOF_MAX).map(tuple),
    checkpoint=st.binary(),
    extra=st.none() | st.binary(max_size=100),
)


@settings(deadline=None)
@given(receipts)
def test_a_receipt_is_read_as_it_was_written(receipt: Receipt) -> None:
    assert Receipt.parse(receipt.to_bytes()) == receipt
    assert receipt.position == receipt.index + 1


def test_a_receipt_has_the_lines_of_the_specification() -> None:
    receipt = Receipt(73_894, (bytes(range(32)), bytes(32)), b"the checkpoint\n", b"the entry")
    assert receipt.to_bytes().decode() == (
        f"{HEAD}extra {encode_base64(b'the entry')}\nindex 73894\n{HASH}\n{encode_base64(bytes(32))}\n\nthe checkpoint\n"
    )
    assert Receipt(0, (), b"the checkpoint\n").to_bytes().decode() == f"{HEAD}index 0\n\nthe checkpoint\n"


MALFORMED = {
    "empty": "",
    "version alone": HEAD,
    "other version": "c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint",
    "no index": f"{HEAD}\ncheckpoint",
    "extra without index": f"{HEAD}extra AAAA\n\ncheckpoint",
    "extra twice": f"{HEAD}extra AAAA\nextra AAAA\nindex 0\n\ncheckpoint",
    "extra after the index": f"{HEAD}index 0\nextra AAAA\n\ncheckpoint",
    "second spelling of extra": f"{HEAD}extra AB==\nindex 0\n\ncheckpoint",
    "leading zero": f"{HEAD}index 01\n\ncheckpoint",
    "negative": f"{HEAD}index -1\n\ncheckpoint",
    "2^63": f"{HEAD}index {1 << 63}\n\ncheckpoint",
    "thousands of digits": f"{HEAD}index {'9' * 5_000}\n\ncheckpoint",
    "index in capitals": f"{HEAD}Index 0\n\ncheckpoint",
    "short hash": f"{HEAD}index 0\n{encode_base64(bytes(31))}\n\ncheckpoint",
    "hash of no base64": f"{HEAD}index 0\nå\n\ncheckpoint",
    "second spelling of a hash": f"{HEAD}index 0\n{HASH[:-2]}9=\n\ncheckpoint",
    "too many hashes": f"{HEAD}index 0\n{TOO_MANY}\ncheckpoint",
    "carriage returns": f"{HEAD}index 0\n\ncheckpoint".replace("\n", "\r\n"),
    "no empty line": f"{HEAD}index 0\n{HASH}\n",
    "too long": f"{HEAD}index 0\n\n{'x' * RECEIPT_MAX}",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_receipt_is_refused(text: str) -> None:
    with pytest.raises(MalformedReceipt) as refused:
        Receipt.parse(text.encode())
    assert refused.value.place
    assert refused.value.reason


@pytest.mark.parametrize(
    "index, proof",
    [(-1, ()), (SIZE_MAX + 1, ()), (0, (b"short",)), (0, (bytes(32),) * (PROOF_MAX + 1))],
)
def test_a_receipt_that_could_not_be_read_is_not_made(index: int, proof: tuple[bytes, ...]) -> None:
    with pytest.raises(MalformedReceipt):
        Receipt(index, proof, b"checkpoint")


lines = st.sampled_from(
    [HEAD, "extra ", "extra AAAA\n", "index 0\n", "index 7\n", f"{HASH}\n", "\n", "\n\n", "checkpoint", "å"]
)


@given(st.binary() | st.lists(lines, max_size=8).map(lambda parts: (HEAD + "".join(parts)).encode()))
def test_any_bytes_are_a_receipt_with_one_spelling_or_refused(raw: bytes) -> None:
    try:
        receipt = Receipt.parse(raw)
    except MalformedReceipt:
        return
    assert receipt.to_bytes() == raw
