"""The table of sealed fields that an offline verifier goes by is what the registry of events says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.entries import decode, type_of
from ledger.messages import Event
from ledger.sealing import sealed_of
from services.audit.offline.commitments import sealed_fields, subject_key
from services.audit.offline.strict import read_object
from services.audit.offline.subjects import SEALED_FIELDS
from tests.events import EVENTS
from tests.golden.write import FOLDER
from tests.services.audit.offline.subjects import table


def test_the_table_is_what_the_registry_says() -> None:
    assert table() == SEALED_FIELDS, "run `python tests/services/audit/offline/subjects.py`"


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.topic)
def test_fields_and_keys_are_found_in_every_golden_entry(kind: type[Event]) -> None:
    told: dict[str, Any] = read_object((FOLDER / f"{type_of(kind)}.json").read_bytes())["data"]
    found = [(each.pointer, each.sealing_class, subject_key(type_of(kind), told, each)) for each in sealed_fields(told)]
    wanted = [(each.pointer, each.sealing_class, each.key) for each in _sealed(kind)]
    assert sorted(found) == sorted(wanted)


def _sealed(kind: type[Event]) -> Iterator[Any]:
    yield from sealed_of(decode(1, (FOLDER / f"{type_of(kind)}.json").read_bytes()).event)
