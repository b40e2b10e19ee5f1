"""The reference pages are what the code says; `make docs` writes them."""

from __future__ import annotations

import pytest

from tests.docs.write import FOLDER, PAGES

WRITTEN_BY_HAND = {"verify.schema.json"}
"""A promise to other programs, which tests hold the answers of `liggare verify` to."""


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_not_stale(name: str) -> None:
    path = FOLDER / name
    assert path.exists(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_no_reference_page_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES) | WRITTEN_BY_HAND
