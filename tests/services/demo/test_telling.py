"""The filler of the story: a survey computed from invented answers, a correction, two erasures; told again, the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from ledger.bodies import BodyKind, RegisterBody
from ledger.entries import decode
from ledger.messages import RecordedEvent, Submission
from projections.catalogue import PROJECTIONS
from projections.rows.memory import MemoryRows
from projections.views.corrections import corrections, with_corrections
from projections.views.participants import erasures
from projections.views.survey_compare import compare
from projections.views.surveys import survey, surveys
from services.bootstrap import running
from services.demo.telling import DoesNotFit, tell
from services.engines import engine
from services.keys import key_store, make_keys
from services.settings import Settings, settings

SURVEY = "medborgarenkat-2018"
ERASED = "author:illustrativ-10|P"
DAY = "2019-12-31"


class Recorded(NamedTuple):
    """A ledger the story was told to twice: what it held after the first time, and after the second."""

    settings: Settings
    counts: tuple[int, int]
    first: list[RecordedEvent]
    second: list[RecordedEvent]


def made(folder: Path) -> Settings:
    chosen = settings(f"sqlite:///{folder}/story.db", "nacka.se/inflytande", str(folder / "keys"), {})
    engine(chosen).prepare()
    make_keys(chosen)
    return chosen


async def once(chosen: Settings, *, illustrative: bool = True) -> tuple[int, list[RecordedEvent]]:
    async with running(chosen, background=False) as ledger:
        count = await tell(ledger, illustrative=illustrative)
        with closing(ledger.reader()) as reader:
            return count, [decode(each.position, each.entry) for each in reader.entries(0, 10_000)]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    chosen = made(tmp_path_factory.mktemp("told"))
    counts, records = zip(*(asyncio.run(once(chosen)) for _ in range(2)), strict=True)
    return Recorded(chosen, counts, *records)


@pytest.fixture(scope="module")
def rows(recorded: Recorded) -> MemoryRows:
    return MemoryRows(PROJECTIONS, recorded.second)


def shown(rows: MemoryRows) -> Any:
    return with_corrections("survey", survey)(rows, SURVEY, on=DAY)


def test_the_story_is_told_once_however_often_it_is_told(recorded: Recorded) -> None:
    assert recorded.first == recorded.second
    assert recorded.counts == (len(recorded.first), len(recorded.first))


def test_without_filler_nothing_of_it_is_told(tmp_path: Path) -> None:
    _, record = asyncio.run(once(made(tmp_path), illustrative=False))
    sources = [each.event.source for each in record]
    assert len(record) > 100 and not any(each and each.basis == "illustrative" for each in sources)
    told = MemoryRows(PROJECTIONS, record)
    assert [each["survey"] for each in surveys(told)["surveys"]] == ["scb-medborgarundersokning-2015"]
    assert erasures(told)["erasures"] == [] and corrections(told)["corrections"] == []


def test_filler_is_not_told_after_the_end_and_leaves_nothing_behind(tmp_path: Path) -> None:
    chosen = made(tmp_path)
    count, record = asyncio.run(once(chosen, illustrative=False))
    with pytest.raises(DoesNotFit, match="tell it with it to a new ledger"):
        asyncio.run(once(chosen))
    assert asyncio.run(once(chosen, illustrative=False)) == (count, record)


# --- 66: the survey ---------------------------------------------------------------------------
def table(rows: MemoryRows, name: str) -> dict[str | None, Any]:
    (found,) = (each for each in shown(rows)["releases"][0]["tables"] if each["table"] == name)
    return {cell["group"] or cell["answer"]: cell for cell in found["cells"]}


def test_66_the_tables_are_computed_of_the_answers_and_hide_the_small_groups(rows: MemoryRows) -> None:
    found = shown(rows)
    own, by_hand = found["releases"]
    assert (own["origin"], by_hand["origin"]) == ("own", "import")
    assert own["snapshot"] < own["recorded"]["position"]
    index = table(rows, "index-overall")[None]
    assert index["n"] == 58 and float(index["low"]) < float(index["value"]) < float(index["high"])
    areas = table(rows, "nojd-by-area")
    # Nine live in the smallest area; the next smallest is hidden with it, else the whole would give it away.
    assert {name: cell["suppressed"] for name, cell in areas.items()} == {"norr": False, "oster": True, "soder": True}
    assert areas["oster"]["value"] is None and areas["oster"]["n"] is None
    assert found["answers"]["complete"]["value"] == 60
    # Ninety-one by post of sixty answers: the mistake that is corrected in the year after.
    assert found["flags"] == ["response_low", "figures_above_answers"]
    assert [each["percent"] for each in found["response"]["rates"] if each["name"] == "svarsandel"] == ["41.10"]
    assert found["cards"][0]["weights"] == "raking" and found["cards"][0]["missing"] == []


def test_66_the_halves_of_the_split_ballot_are_compared(rows: MemoryRows) -> None:
    found: Any = compare(rows, SURVEY, question="paverka", answer_code="yes")
    assert (found["split_ballot"], found["verdict"]) == (True, "within_chance")


def moments(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every moment in an answer: what says who recorded something, and on what ground."""
    if isinstance(value, dict):
        if {"position", "time", "actor"} <= value.keys():
            yield pointer, value
        for name, member in value.items():
            yield from moments(member, f"{pointer}/{name}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from moments(member, f"{pointer}/{number}")


def test_everything_invented_says_so_where_it_is_shown(rows: MemoryRows) -> None:
    for answer in (shown(rows), erasures(rows), corrections(rows)):
        found = list(moments(answer))
        assert found
        assert [each for each, moment in found if moment["source"]["basis"] != "illustrative"] == []


# --- 68: the correction -----------------------------------------------------------------------
def test_68_a_figure_is_corrected_beside_what_was_recorded(rows: MemoryRows) -> None:
    found = shown(rows)
    by_hand = found["releases"][1]
    (correction,) = found["corrections"]
    assert correction["position"] == by_hand["recorded"]["position"]
    assert (correction["pointer"], correction["was"], correction["becomes"]) == ("/tables/0/cells/1/count", "91", "19")
    assert [cell["count"] for cell in by_hand["tables"][0]["cells"]] == [41, 91]
    assert correction["becomes"] == str({each["mode"]: each["count"] for each in found["answers"]["by_mode"]}["post"])


# --- 69: the erasures -------------------------------------------------------------------------
def test_69_one_erasure_is_carried_out_and_one_refused(recorded: Recorded, rows: MemoryRows) -> None:
    granted, refused = erasures(rows)["erasures"]
    assert (granted["status"], granted["decided"]["basis"]) == ("destroyed", "consent_withdrawn")
    assert granted["destroyed"]["keys"] == [ERASED]
    assert (refused["status"], refused["decided"]["refusal_ground"]) == ("refused", "public_record")
    assert refused["decided"]["reasons"] is not None
    with key_store(recorded.settings) as keys:
        assert keys.destroyed({ERASED, "author:illustrativ-05|P"}) == {ERASED}


async def test_a_ledger_that_says_otherwise_is_told_nothing_in_one_sentence(tmp_path: Path) -> None:
    chosen = made(tmp_path)
    body = RegisterBody(body="kommunstyrelsen", kind=BodyKind.BOARD, name="En annan")
    async with running(chosen, background=False) as ledger:
        await ledger.submit([Submission(body, uuid4(), "channel:test")])
        with pytest.raises(DoesNotFit, match="kommunstyrelsen is registered already"):
            await tell(ledger, illustrative=True)
