"""Measures over the wire: what is asked wrongly is named, what is asked rightly says by which definition it is made."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from participation.transparency.v1 import measures_pb2 as shown
from tests.services.rpc.face import LEDGER, Face, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = "participation.transparency.v1.TransparencyService"


async def _recorded(face: Face) -> None:
    await face.open_ballot()
    await face.ledger.projected(face.head())


async def test_a_measure_and_the_list_of_them(face: Face) -> None:
    await _recorded(face)
    coverage = await face.method(f"{VIEWS}/GetMeasure")(shown.GetMeasureRequest(ledger=LEDGER, name="coverage"))
    assert coverage.definition.name == coverage.figures[0].name == "coverage"
    assert coverage.on
    assert coverage.figures[0].hidden == "nothing_to_count"
    every = await face.method(f"{VIEWS}/ListMeasures")(shown.ListMeasuresRequest(ledger=LEDGER))
    assert "coverage" in {each.definition.name for each in every.measures}


@pytest.mark.parametrize(
    "asked, field",
    [
        ({"name": "happiness"}, "name"),
        ({"name": "coverage", "body": "ks", "matter": "m"}, "matter"),
        ({"name": "coverage", "since": "2016-02-30"}, "since"),
        ({"name": "concentration", "since": "2016-02-01"}, "since"),
    ],
)
async def test_what_is_asked_wrongly_is_named(face: Face, asked: dict[str, Any], field: str) -> None:
    await _recorded(face)
    error = await refused(face.method(f"{VIEWS}/GetMeasure")(shown.GetMeasureRequest(ledger=LEDGER, **asked)))
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT
    assert field in str(error)


async def test_of_what_the_ledger_does_not_know_there_is_none(face: Face) -> None:
    await _recorded(face)
    asked = shown.GetMeasureRequest(ledger=LEDGER, name="coverage", process="nowhere")
    error = await refused(face.method(f"{VIEWS}/GetMeasure")(asked))
    assert error.code is grpc.StatusCode.NOT_FOUND
