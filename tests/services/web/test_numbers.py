"""Every number of every page equals what is counted anew: of random histories, at random positions and days.

HTML, JSON, CSV and the gRPC answer of one moment say the same; a naive oracle that knows only events agrees; and a link
behind a count leads to a list of exactly as many.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.entries import decode
from ledger.messages import RecordedEvent
from services.bootstrap import Parts, prepared, running
from services.demo.telling import tell
from tests.services.web.asgi import Face, face
from tests.services.web.figures import agree, check_page
from tests.services.web.histories import BODIES, SETUP, Act, Recorder, histories
from tests.services.web.oracle import LEAST, STANDINGS, SWEDEN, Oracle, wilson
from tests.services.web.paged import ready

pytestmark = pytest.mark.timeout(4 * 3600)
FEW = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
moments = st.lists(
    st.one_of(
        st.floats(0, 1).map(lambda part: ("at", part)),
        st.dates(datetime(2016, 1, 1, tzinfo=UTC).date(), datetime(2016, 8, 1, tzinfo=UTC).date()).map(
            lambda day: ("asof", day.isoformat())
        ),
    ),
    min_size=2,
    max_size=3,
)


# --- Ledgers ------------------------------------------------------------------------------------
@asynccontextmanager
async def told(acts: Sequence[Act], folder: Path) -> AsyncIterator[tuple[Parts, Recorder]]:
    """Record a history in a ledger of its own, and bring its read models up."""
    with prepared(ready(folder)) as parts:
        recorder = Recorder.of(parts)
        for act in acts:
            await recorder.record(act)
        parts.runner().catch_up()
        yield parts, recorder
        await recorder.close()


def events_of(parts: Parts) -> list[RecordedEvent]:
    with closing(parts.reader()) as reader:
        found, after = list[RecordedEvent](), 0
        while page := reader.entries(after):
            found += [decode(position, entry) for position, entry in page]
            after = page[-1].position
    return found


def today() -> str:
    return datetime.now(UTC).astimezone(SWEDEN).date().isoformat()


# --- The oracle against the pages -----------------------------------------------------------------
async def compared(ask: Face, oracle: Oracle, query: str) -> None:
    """Hold the JSON twins of a moment against the oracle."""
    known, strongest, owed = oracle.inputs(), oracle.strongest(), oracle.owed()
    officials = sum(each.is_official for each in known.values())

    start = await ask.json(f"/{query}")
    assert start["inputs"]["public"]["value"] == len(owed)
    assert start["inputs"]["changed"] == sum(met == "changed" for met in strongest.values())
    assert start["inputs"]["official"] == officials
    assert start["inputs"]["other"] == len(known) - officials - len(owed)
    assert start["decided"]["value"] == len(oracle.decisions())
    on_time = start["measures"]["on_time_rate"]["figures"][0]
    assert (on_time["numerator"], on_time["denominator"]) == oracle.on_time()
    stands = Counter(oracle.commitments().values()) + Counter(oracle.assignments().values())
    assert start["promises"]["open"] == stands["broken"] + stands["overdue"]
    assert start["promises"]["kept_late"] == stands["late"]

    times = await ask.json(f"/svarstider{query}")
    for official, shown in ((False, times), (True, times["official"])):
        standings = Counter(oracle.standings(official=official).values())
        assert {name: shown[name] for name in STANDINGS} == {name: standings[name] for name in STANDINGS}
    standings = Counter(oracle.standings().values())
    assert times["due"]["value"] == standings.total()
    assert times["answered"]["value"] == standings["on_time"] + standings["late"]
    rates = {name: each["figures"][0] for name, each in times["measures"].items()}
    assert (rates["on_time_rate"]["numerator"], rates["on_time_rate"]["denominator"]) == oracle.on_time()
    assert rates["answer_rate"]["numerator"] == times["answered"]["value"]
    assert rates["answer_rate"]["denominator"] == times["due"]["value"]

    promises = await ask.json(f"/loften{query}")
    assert {each["status"]: each["count"] for each in promises["counts"]} == stands
    assert promises["all"] == stands.total() and promises["passed"] == stands["broken"] + stands["overdue"]
    assert promises["done"] == stands["kept"] + stands["late"]

    for name in oracle.decisions():
        decision = await ask.json(f"/beslut/{name}{query}")
        assert decision["outcomes"] == oracle.outcomes(name), name
        assert decision["official"] == oracle.outcomes(name, official=True), name
        assert decision["aside"] == oracle.aside(name)
        assert decision["inputs"] == sum(decision["outcomes"].values())

    proposals = await ask.json(f"/forslag{query}")
    assert proposals["total"]["value"] == proposals["found"] == len(known)
    assert proposals["owed"] == len(owed)
    for each in proposals["inputs"]:
        assert each["support"]["value"] == len(oracle.supporters(each["input"])), each["input"]


async def compared_places(ask: Face, oracle: Oracle, query: str) -> None:
    """Hold the pages of bodies and processes, and the measures of the whole, against the oracle."""
    opened = {each.event.process for each in oracle.of("process-opened")}  # type: ignore[attr-defined]
    registered = {each.event.body for each in oracle.of("body-registered")}  # type: ignore[attr-defined]
    for place in (*(f"body:{each}" for each in BODIES if each in registered), *(f"process:{each}" for each in opened)):
        kind, _, name = place.partition(":")
        address = f"/namnd/{name}" if kind == "body" else f"/process/{name}"
        shown = (await ask.json(f"{address}{query}"))["influence"]
        assert shown["outcomes"] == oracle.of_place(place), place
        assert shown["official"] == sum(each.is_official for each in oracle.counted(place)), place


async def compared_ballots(ask: Face, oracle: Oracle, query: str) -> None:
    for each in oracle.of("ballot-opened"):
        name: str = each.event.ballot  # type: ignore[attr-defined]
        cast, standing = oracle.votes(name)
        ever, current = oracle.choices(name)
        shown = await ask.json(f"/omrostningar/{name}{query}")
        assert (shown["votes_cast"]["value"], shown["current_votes"]["value"]) == (cast, len(standing)), name
        if name == "yes-no":
            pairs = {choice: shown["yes_no_abstain"][choice] for choice in ("yes", "no", "abstain")}
        elif name == "approval":
            pairs = {line["option"]: line["approvals"] for line in shown["approval"]["order"]}
        else:
            continue
        for choice, pair in pairs.items():
            assert (pair["votes_cast"], pair["current_votes"]) == (ever[choice], current[choice]), (name, choice)


def compared_measures(parts: Parts, oracle: Oracle, position: int) -> None:
    """Hold GetMeasure against the oracle: coverage whole, adoption with Wilson's interval, whole and in its cells."""
    shown = agree(parts, position, "GetMeasure", name="coverage")
    met, whole = oracle.coverage()
    figure = shown["figures"][0]
    assert (int(figure.get("numerator", 0)), int(figure.get("denominator", 0))) == (met, whole)
    shown = agree(parts, position, "GetMeasure", name="adoption")
    met, whole = oracle.adopted().get("", (0, 0))
    figure = shown["figures"][0]
    assert int(figure.get("denominator", 0)) == whole
    if figure.get("hidden", ""):
        assert whole < LEAST and not figure.get("value")
    else:
        assert int(figure.get("numerator", 0)) == met and abs(float(figure["value"]) - met / whole) <= 0.00005
        low, high = wilson(met, whole)
        interval = figure["interval"]
        assert abs(float(interval["low"]) - low) <= 0.0001 and abs(float(interval["high"]) - high) <= 0.0001
    for breakdown in shown.get("strata", []):
        if breakdown["of"] == "public" and breakdown["by"] in {"author_kind", "channel", "kind"}:
            cells = oracle.adopted(breakdown["by"])
            for cell in breakdown["cells"]:
                figure = cell["figures"][0]
                assert int(figure.get("denominator", 0)) == cells.get(cell["key"], (0, 0))[1]
                if not figure.get("hidden", ""):
                    assert int(figure.get("numerator", 0)) == cells[cell["key"]][0]


PAGES = (
    *("/", "/beslut", "/beslut/d1", "/beslut/d2", "/forslag", "/forslag?besked=owed", "/forslag/i1", "/forslag/i2"),
    *("/svarstider", "/loften", "/namnd", "/namnd/ks", "/process", "/process/p1", "/amne", "/amne/trees", "/om"),
    *("/omrostningar", "/omrostningar/yes-no", "/omrostningar/approval", "/handelser", "/rattelser", "/raderingar"),
    *("/arende/m1", "/enkater", "/brister", "/innehall", "/granska"),
)


def with_moment(address: str, query: str) -> str:
    return address + (query.replace("?", "&") if "?" in address else query)


async def holds(acts: Sequence[Act], at: Sequence[tuple[str, Any]], chosen: Sequence[str]) -> None:
    with TemporaryDirectory() as folder:
        async with told([SETUP, *acts], Path(folder)) as (parts, _), face(parts) as ask:
            events = events_of(parts)
            for kind, value in [("at", 1.0), *at]:
                if kind == "at":
                    position = 1 + round(value * (len(events) - 1))
                    query, oracle = f"?at={position}", Oracle(events[:position], today())
                    compared_measures(parts, oracle, position)
                else:
                    query, oracle = f"?asof={value}", Oracle(events, value, by=value)
                await compared(ask, oracle, query)
                await compared_places(ask, oracle, query)
                await compared_ballots(ask, oracle, query)
                for address in chosen:
                    await check_page(ask, with_moment(address, query))


@FEW
@given(histories, moments, st.lists(st.sampled_from(PAGES), min_size=4, max_size=8, unique=True))
def test_numbers_of_random_histories(acts: list[Act], at: list[tuple[str, Any]], chosen: list[str]) -> None:
    asyncio.run(holds(acts, at, chosen))


# --- The story ------------------------------------------------------------------------------------
OFF_THE_SITE = re.compile(
    r"/(en|static|jamfor|tile|handelse|data|checkpoint|log|policy|receipts|openapi|sok)\b|.*\.[a-z]+$"
)
OF_A_KIND = 6
"""Pages of one kind that are looked at, at one moment."""


async def crawled(ask: Face, query: str) -> int:
    """Hold every kind of page that is linked from the start page, at a moment; return how many numbers they show."""
    todo, seen, kinds, shown = ["/"], {"/"}, Counter[str](), 0
    while todo:
        address = todo.pop(0)
        shown += await check_page(ask, with_moment(address, query))
        for link in re.findall(r'href="([^"]+)"', (await ask(with_moment(address, query))).text):
            path, _, asked = unescape(link).partition("#")[0].partition("?")
            kept = "&".join(each for each in asked.split("&") if each and not each.startswith(("at=", "asof=")))
            found = f"{path}?{kept}" if kept else path
            kind = re.sub(r"(?<=.)/[^/]+$", "/x", path) + ("?" if kept else "")
            if path.startswith("/") and found not in seen and not OFF_THE_SITE.match(path) and kinds[kind] < OF_A_KIND:
                kinds[kind] += 1
                seen.add(found)
                todo.append(found)
    return shown


@pytest.mark.slow
async def test_numbers_of_the_whole_story_at_random_moments(tmp_path: Path) -> None:
    chance = Random(64)
    async with running(ready(tmp_path)) as ledger:
        await tell(ledger, illustrative=True)
        await asyncio.to_thread(ledger.parts.runner().catch_up)
        async with face(ledger.parts) as ask:
            events = events_of(ledger.parts)
            positions = [len(events), *(chance.randrange(1, len(events)) for _ in range(4))]
            for query in (*(f"?at={each}" for each in positions), "?asof=2016-06-01", "?asof=2019-12-31", ""):
                assert await crawled(ask, query) > 0


@pytest.mark.slow
@MANY
@given(histories, moments, st.lists(st.sampled_from(PAGES), min_size=4, max_size=10, unique=True))
def test_numbers_of_many_random_histories(acts: list[Act], at: list[tuple[str, Any]], chosen: list[str]) -> None:
    asyncio.run(holds(acts, at, chosen))
