"""Words of the four documents' story are found with `liggare search`, each in the event that bears them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger.messages import RecordedEvent
from projections.projection import Rows
from projections.views import claims, positions
from services.settings import Settings
from tests.fix_liggare import Liggare
from tests.mission.anchors import anchored, words_at
from tests.mission.conftest import LEDGER


@pytest.fixture
def liggare(
    store: Settings,
    record: Sequence[RecordedEvent],
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Liggare:
    """`liggare` on the ledger to which the story was told."""
    assert record
    for name in ("LIGGARE_STORE", "LIGGARE_LEDGER", "LIGGARE_KEYS", "LIGGARE_KEK", "LIGGARE_MODE"):
        monkeypatch.delenv(name, raising=False)
    return Liggare(store.store, store.keys, capfdbinary, LEDGER)


def places(liggare: Liggare, *words: str) -> set[tuple[int, str]]:
    """Return where words stand: the position of each event and the place in it."""
    hits = liggare("search", "--json", *words).json["hits"]
    return {(hit["position"], hit["pointer"]) for hit in hits}


def place(words: dict[str, Any]) -> tuple[int, str]:
    """Return the place of a sealed text as a view shows it."""
    return words["position"], words["pointer"]


def claim(rows: Rows, name: str) -> dict[str, Any]:
    view = claims.claim(rows, name)
    assert view is not None
    shown: dict[str, Any] = view["claim"]
    return shown


def test_s1_15_the_picture_of_the_market_is_found_where_the_party_drew_it(
    told: Rows, liggare: Liggare, shared: Path
) -> None:
    (note,) = (
        each
        for each in positions.positions(told, party="Vänsterpartiet")["positions"]
        if each["id"] == "ksau-2016-12-20-208-v"
    )
    for words in (("New", "Public", "Management"), ("låtsasmarknad", "kunder")):
        assert places(liggare, *words) == {place(note["text"])}
    anchored(note, "S1", 45)
    said = words_at(shared, note)
    assert "New Public Management" in said and "låtsasmarknad" in said and "kunder" in said
    # On the day before the meeting nobody had said it.
    liggare("search", "Public", "Management", "--asof", "2016-12-19", code=8)


def test_s3_30_pressure_from_outside_is_found_in_what_the_letter_says(
    told: Rows, liggare: Liggare, shared: Path
) -> None:
    wish = claim(told, "upplevas-bast")
    assert place(wish["text"]) in places(liggare, "omvärldstryck")
    anchored(wish, "S3", 29)
    assert "våga" in words_at(shared, wish) and "omvärldstrycket" in words_at(shared, wish)


def test_s3_31_delivering_while_renewing_is_found_in_what_the_letter_says(
    told: Rows, liggare: Liggare, shared: Path
) -> None:
    view = claim(told, "leverera-och-fornya")
    assert places(liggare, "radikala", "innovationer") == {place(view["text"])}
    assert places(liggare, "leverera", "förnya") == {place(view["text"])}
    assert view["kind"] == "position"
    anchored(view, "S3", 29)
    assert "radikala innovationer" in words_at(shared, view)
