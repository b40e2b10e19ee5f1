"""Checkpoints: three lines and nothing that could be read in two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoint import Checkpoint, read_unverified, sign_checkpoint
from ledger.log.errors import MalformedCheckpoint
from ledger.log.merkle import EMPTY_ROOT, SIZE_MAX
from ledger.log.note import SigningKey, encode_base64

# The example of C2SP tlog-checkpoint.
SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
SOFA_NOTE = f"""{SOFA}
— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()
ROOT = SOFA.split("\n")[2]


def test_the_example_of_the_specification_is_read() -> None:
    checkpoint = read_unverified(SOFA_NOTE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert encode_base64(checkpoint.root) == ROOT
    assert checkpoint.text() == SOFA


def test_extension_lines_of_other_logs_are_kept() -> None:
    checkpoint = Checkpoint.parse(f"{SOFA}one\ntwo words\n")
    assert checkpoint.extensions == ("one", "two words")
    assert checkpoint.text() == f"{SOFA}one\ntwo words\n"


def test_the_log_of_no_entries_has_a_checkpoint() -> None:
    checkpoint = Checkpoint("kommun.example/ledger", 0, EMPTY_ROOT)
    note = sign_checkpoint(checkpoint, SigningKey("kommun.example/ledger", bytes(32)))
    assert read_unverified(note) == checkpoint


MALFORMED = {
    "empty": "",
    "two lines": "origin\n1\n",
    "no last newline": SOFA[:-1],
    "empty origin": f"\n1\n{ROOT}\n",
    "empty size": f"origin\n\n{ROOT}\n",
    "leading zero": f"origin\n01\n{ROOT}\n",
    "sign": f"origin\n+1\n{ROOT}\n",
    "negative": f"origin\n-1\n{ROOT}\n",
    "space": f"origin\n1 \n{ROOT}\n",
    "underscore": f"origin\n1_0\n{ROOT}\n",
    "other digits": f"origin\n١\n{ROOT}\n",
    "2^63": f"origin\n{1 << 63}\n{ROOT}\n",
    "ten thousand digits": f"origin\n{'9' * 10_000}\n{ROOT}\n",
    "short root": f"origin\n1\n{encode_base64(bytes(31))}\n",
    "long root": f"origin\n1\n{encode_base64(bytes(33))}\n",
    "second spelling of the root": f"origin\n1\n{ROOT[:-2]}J=\n",
    "hexadecimal root": f"origin\n1\n{bytes(32).hex()}\n",
    "empty tree with leaves": f"origin\n0\n{ROOT}\n",
    "empty extension": f"{SOFA}\n",
    "empty extension between": f"{SOFA}one\n\ntwo\n",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "fields",
    [
        ("", 1, bytes(32)),
        ("two\nlines", 1, bytes(32)),
        ("origin", -1, bytes(32)),
        ("origin", SIZE_MAX + 1, bytes(32)),
        ("origin", 1, b""),
        ("origin", 0, bytes(32)),
        ("origin", 1, bytes(32), ("",)),
    ],
)
def test_a_head_that_could_not_be_written_is_not_made(fields: tuple[str, int, bytes]) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint(*fields)


@given(st.text() | st.tuples(st.text(), st.integers(-1, 1 << 64), st.binary(min_size=31, max_size=33), st.text()).map(
    lambda part: f"{part[0]}\n{part[1]}\n{encode_base64(part[2])}\n{part[3]}"
))  # fmt: skip
def test_any_text_is_a_checkpoint_with_one_spelling_or_refused(text: str) -> None:
    try:
        checkpoint = Checkpoint.parse(text)
    except MalformedCheckpoint:
        return
    assert checkpoint.text() == text
