"""Words that are gone: an erasure has a receipt, a withheld text has none, and an old key store brings nothing back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.adversary.conftest import Operated
from tests.services.cli.test_erasing import ASKED, GRANTED, WORDS
from tests.services.cli.test_show import OPENING, received, record


@pytest.fixture
def erased(operated: Operated, tmp_path: Path) -> Operated:
    """Somebody's words erased; the key store as it was before lies in `before`."""
    record(operated.liggare, *OPENING, received("i1", WORDS), received("i2", "Något annat"), ASKED, GRANTED)
    shutil.copytree(operated.liggare.keys, tmp_path / "before")
    operated.liggare("erase", "e1", "--yes")
    return operated


def text_of(town: Operated, input: str) -> Any:
    return town.liggare("show", "input", input, "--json").json["input"]["versions"][-1]["text"]


def test_an_old_key_store_does_not_undo_an_erasure(erased: Operated, tmp_path: Path) -> None:
    assert text_of(erased, "i1")["withheld"] == "erased"
    for path in (tmp_path / "before").glob("keys.db*"):
        shutil.copy(path, erased.liggare.keys / path.name)
    assert text_of(erased, "i1")["withheld"] == "erased"
    code, said = erased.process("show", "input", "i1")
    assert (code, WORDS in said) == (0, False)
    assert erased.liggare("verify", "--json").json["checked"]["erased fields"] >= 1


def test_withheld_words_are_told_from_erased_ones(erased: Operated) -> None:
    assert erased.liggare("verify").code == 0
    at = text_of(erased, "i2")["position"]
    erased.change(f"DELETE FROM sealed WHERE position = {at}")
    ran = erased.liggare("verify", code=6)
    assert f"position {at}, field /text: withheld" in ran.out
    assert erased.liggare("verify", "--json", code=6).json["checked"]["erased fields"] >= 1
    found = erased.liggare("fsck", "--json", code=None).json["damages"]
    assert [each["position"] for each in found if each["part"] == "sealed field"] == [at]
