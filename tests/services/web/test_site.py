"""What every page owes whoever asks: forms, validators, what is kept and what is forgotten, refusals that help."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest
import pytest_asyncio
import zstandard

from ledger.store.port import StoreUnavailable
from projections.references import swedish_day
from projections.views.answer import answer, page_token, state_of, states
from projections.views.definitions import DEFINITIONS
from services.erasing import erase
from services.web.pace import Pace, networks
from services.web.page import Page, Seen, Shown, Table
from services.web.rendering import Links, render
from services.web.responses import IMMUTABLE, REVALIDATED, SECURITY
from tests.services.web.paged import OPENING, Paged, paged, received

RAISING = "a page that raises"
SUPPORT = {"command": "support-input", "input": "i2", "supporter": "s1"}


def _list(seen: Seen) -> Shown:
    """Return the inputs, their words, and a token."""
    inputs = [row.state for row in states(seen.rows, "inputs")]
    counted = seen.rows.figures("supports")
    return answer(
        seen.rows,
        DEFINITIONS[0],
        inputs=[{"input": each["input"], "text": each["versions"][-1]["text"]} for each in inputs],
        count=len(inputs),
        supports=counted.get("i2|given", 0),
        next_page_token=page_token(seen.rows.position, "i1"),
    )


def _input(seen: Seen) -> Shown | None:
    found = state_of(seen.rows, "inputs", seen.path["input"])
    return None if found is None else answer(seen.rows, DEFINITIONS[0], status=found["status"])


def _judged(seen: Seen) -> Shown:
    return {"on": seen.on}


def _raise(seen: Seen) -> Shown:
    raise RuntimeError(RAISING)


def _bodies(seen: Seen) -> Shown:
    return answer(seen.rows, DEFINITIONS[0], bodies=[row.key for row in states(seen.rows, "bodies")])


PAGES = (
    Page("list", "/lista", _list, lambda shown: Table(("input",), [(each["input"],) for each in shown["inputs"]])),
    Page("one", "/en-insats/{input}", _input),
    Page("judged", "/dag", _judged),
    Page("bodies", "/organ", _bodies, query=("q",)),
    Page("broken", "/trasig", _raise),
    Page("start", "/", _bodies),
)


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Paged]:
    """A served ledger with two proposals."""
    store = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    async with paged(tmp_path, store, PAGES) as found:
        await found.do(*OPENING, received("i1", "En cykelbana"), received("i2", "Ett träd"))
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def still(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Paged]:
    """One for the tests that only read."""
    async with paged(tmp_path_factory.mktemp("still"), None, PAGES) as found:
        await found.do(*OPENING, received("i1", "En cykelbana"), received("i2", "=1+2"))
        yield found


# --- What is made up ----------------------------------------------------------------------------
async def test_every_page_of_a_ledger_with_made_up_events_says_so_and_leads_to_them(tmp_path: Path) -> None:
    async with paged(tmp_path) as found:
        await found.do(*OPENING, received("i1", "En cykelbana"))
        before = await found.ask("/namnd")
        assert "Påhittade exempel" not in before.text
        await found.do(received("i2", "Ett träd") | {"source": {"basis": "illustrative"}})
        for path in ("/", "/om", "/namnd", "/forslag"):
            said = await found.until(path, "Påhittade exempel.")
            assert "1 händelse i liggaren." in said.text
            assert "/handelser?grund=illustrative" in said.text
        assert (await found.ask("/forslag")).text.count(">Påhittat</span>") == 1
        assert ">Påhittat</span>" in (await found.ask("/forslag/i2")).text
        assert ">Påhittat</span>" not in (await found.ask("/forslag/i1")).text
        assert json.loads((await found.ask("/handelser.json?grund=illustrative")).body)["count"] == 1
        assert "Påhittade exempel" not in (await found.ask("/namnd?at=4")).text


async def test_how_many_are_made_up_is_never_an_old_figure(tmp_path: Path) -> None:
    made_up = {"source": {"basis": "illustrative"}}
    async with paged(tmp_path) as found:
        await found.do(*OPENING, received("i1", "En cykelbana") | made_up)
        # Of a page that the next event does not touch, and of one that was kept before anything was made up.
        for number in range(2, 4):
            paths = ("/namnd", "/en/namnd", "/om", "/en/namnd/ks", f"/namnd?asof={swedish_day(datetime.now(UTC))}")
            before = {path: await found.ask(path) for path in paths}
            await found.do(received(f"i{number}", "Ett träd") | made_up)
            for path, old in before.items():
                words = (
                    f"{number} events of this ledger." if path.startswith("/en/") else f"{number} händelser i liggaren"
                )
                await found.until(path, words)
                asked = await found.ask(path, If_None_Match=old.headers["etag"])
                assert asked.status == 200 and words in asked.text and asked.headers["etag"] != old.headers["etag"]
                assert asked.headers["cache-control"] == REVALIDATED
        # What is not made up changes no figure, and so no page that it is not about.
        old = await found.ask("/en/namnd/ks")
        await found.do(received("i9", "Ett träd"))
        assert (await found.ask("/en/namnd/ks", If_None_Match=old.headers["etag"])).status in {200, 304}
        assert "3 händelser i liggaren" in (await found.ask("/namnd")).text
        # A page at a position may be kept for ever: it counts what was made up by then.
        for position, count in ((3, None), (4, "1 händelse i liggaren"), (5, "2 händelser i liggaren")):
            said = await found.ask(f"/namnd?at={position}")
            assert ("Påhittade exempel" in said.text) is (count is not None) and (count or "") in said.text


# --- Validators, and what is kept ---------------------------------------------------------------
async def test_an_unrelated_event_changes_neither_validator_nor_bytes(town: Paged) -> None:
    before = await town.ask("/en-insats/i1.json")
    position = await town.do(SUPPORT)
    after = await town.ask("/en-insats/i1.json")
    assert before.body == after.body and before.headers["etag"] == after.headers["etag"]
    assert int(after.headers["ledger-head"]) >= position > json.loads(after.body)["position"]
    assert (await town.ask("/en-insats/i1.json", If_None_Match=before.headers["etag"])).status == 304


async def test_whatever_is_shown_and_changes_changes_the_validator(town: Paged) -> None:
    listed, own = await town.ask("/lista.json"), await town.ask("/en-insats/i1.json")
    # A figure that no row of the page holds.
    await town.do(SUPPORT)
    supported = await town.until("/lista.json", '"supports": 1')
    assert supported.headers["etag"] != listed.headers["etag"]
    await town.do(
        {
            "command": "moderate-input",
            "input": "i1",
            "verdict": "rejected",
            "reason_code": "abuse",
            "by_role": "moderator",
        }
    )
    moderated = await town.until("/en-insats/i1.json", "rejected")
    assert moderated.headers["etag"] != own.headers["etag"]
    hidden = await town.until("/lista.json", "En cykelbana", there=False)
    assert hidden.headers["etag"] not in {listed.headers["etag"], supported.headers["etag"]}


async def test_a_moment_lasts_for_ever_only_where_nothing_can_be_taken_away(town: Paged) -> None:
    words, none, judged = [await town.ask(f"/{name}.json?at=3") for name in ("lista", "organ", "dag")]
    assert "immutable" in none.headers["cache-control"] and "immutable" in words.headers["cache-control"]
    holding = await town.ask("/lista.json?at=5")
    assert "must-revalidate" in holding.headers["cache-control"]
    # What is late tomorrow is not late today.
    assert "must-revalidate" in judged.headers["cache-control"]
    await town.do(received("i3", "Mer"))
    for path, before in (("/organ.json?at=3", none), ("/lista.json?at=5", holding)):
        assert (await town.ask(path)).body == before.body


async def test_erased_words_are_gone_within_a_second_also_from_the_past_and_when_another_process_erased(
    town: Paged,
) -> None:
    paths = ("/lista.json", "/lista.json?at=5", f"/lista.json?asof={swedish_day(datetime.now(UTC))}")
    for path in paths:
        assert "En cykelbana" in (await town.ask(path)).text
    before = await town.ask("/lista.json?at=5")
    await town.do(
        {"command": "request-erasure", "request": "e1", "participant": "author-i1", "scope": ["public_words"]},
        {
            "command": "decide-erasure",
            "request": "e1",
            "outcome": "granted",
            "by_role": "data_protection_officer",
            "basis": "disposal_decision",
            "disposal_decision": "KFKS 2019/12",
            "keys": ["author:author-i1|P"],
        },
    )
    await erase(town.ledger, "e1", "operator")
    for path in paths:
        said = await town.until(path, "En cykelbana", there=False, seconds=1)
        assert "erased" in said.text and "Ett träd" in said.text
    after = await town.ask("/lista.json?at=5", If_None_Match=before.headers["etag"])
    assert after.status == 200
    kept = [each.body.plain for each in town.pages._answers]
    assert kept and not any(b"En cykelbana" in each for each in kept)


async def test_what_all_pages_count_over_is_there_before_anybody_asks(tmp_path: Path) -> None:
    async with paged(tmp_path) as found:
        await found.do(*OPENING, received("i1", "En cykelbana"))
        await found.pages.warm(("start", "there-is-none", "decisions"))
        kept = [each.body for each in found.pages._answers]
        assert len(kept) == 2
        said = await found.ask("/")
        assert said.body in {each.plain for each in kept}


async def test_hidden_words_are_gone_within_a_second(town: Paged) -> None:
    assert "En cykelbana" in (await town.ask("/lista.json?at=5")).text
    await town.do({"command": "withdraw-input", "input": "i1", "author": "author-i1"})
    await town.until("/lista.json?at=5", "En cykelbana", there=False, seconds=1)
    await town.until("/lista.json", "En cykelbana", there=False, seconds=1)


async def test_what_lags_is_told(town: Paged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.web.watch.BEHIND_SECONDS", 0.2)
    town.ledger.runner.stop()
    await asyncio.to_thread(next(each for each in town.ledger._threads if each.name == "read models").join, 20)
    await town.ledger.submit([town.submission(received("i9", "Sent"))])
    async with asyncio.timeout(10):
        while (behind := town.pages._watch.behind) is None:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.05)
    said = await town.ask("/organ.json")
    assert behind.events == 1 and int(said.headers["ledger-head"]) == behind.position + 1
    links = Links("", "en")
    drawn = render(
        "refused.html",
        "en",
        links,
        status=404,
        parameter="",
        sentence="",
        said={},
        asked_for="",
        here="/",
        origin="o",
        behind=behind,
    )
    assert "It lacks 1 newer event" in drawn


async def test_who_asks_too_fast_is_asked_to_wait(tmp_path: Path) -> None:
    pace = Pace(per_second=0.01, at_once=3)
    async with paged(tmp_path, None, PAGES, pace, networks(["127.0.0.0/8"])) as found:
        for number in range(6):
            said = await found.ask("/organ.json", X_Forwarded_For="evil, 198.51.100.7")
            assert said.status == (200 if number < 3 else 429)
        assert int(said.headers["retry-after"]) > 1 and json.loads(said.body)["status"] == 429
        assert (await found.ask("/organ.json", X_Forwarded_For="198.51.100.8")).status == 200


async def test_a_day_to_come_is_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with paged(tmp_path, None, PAGES) as found:
        await found.do(*OPENING, received("i1", "En cykelbana"))
        # In Sweden the day has begun by then, in UTC it has not.
        monkeypatch.setattr("services.web.site.datetime", _At(datetime(2016, 5, 31, 22, 30, tzinfo=UTC)))
        assert (await found.ask("/dag.json?asof=2016-06-01")).status == 200
        for path, now in (
            ("/dag.json?asof=2016-06-02", "/dag.json"),
            ("/en/en-insats/i1.json?asof=9999-12-31", "/en/en-insats/i1.json"),
            ("/organ?q=a%26b&asof=2016-06-02", "/organ?q=a%26b"),
        ):
            said = await found.ask(path)
            assert (said.status, said.headers["location"]) == (303, now)
            assert said.headers["cache-control"] == "no-store"
        assert (await found.ask("/dag.json?asof=2016-06-32")).status == 400


class _At:
    """A clock that stands still."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self, zone: tzinfo) -> datetime:
        return self._instant.astimezone(zone)


# --- Forms --------------------------------------------------------------------------------------
@pytest.mark.asyncio(loop_scope="module")
class TestReading:
    """On a ledger that nobody changes."""

    async def test_head_has_the_headers_of_get_and_no_body(self, still: Paged) -> None:
        got, head = await still.ask("/lista.json"), await still.ask("/lista.json", "HEAD")
        assert head.body == b"" and head.status == 200
        assert {**got.headers, "date": ""} == {**head.headers, "date": ""}

    async def test_it_is_compressed_as_the_client_takes_it(self, still: Paged) -> None:
        plain = await still.ask("/openapi.json")
        packed = await still.ask("/openapi.json", Accept_Encoding="br, gzip;q=0, zstd")
        assert packed.headers["content-encoding"] == "zstd" and "Accept-Encoding" in packed.headers["vary"]
        assert zstandard.ZstdDecompressor().decompress(packed.body) == plain.body

    async def test_cells_are_no_formulas(self, still: Paged) -> None:
        said = await still.ask("/lista.csv")
        assert said.headers["content-type"].startswith("text/csv") and said.text == "input\r\ni1\r\ni2\r\n"

    async def test_other_forms_and_languages_are_linked(self, still: Paged) -> None:
        link = (await still.ask("/lista.json?at=3")).headers["link"]
        assert '</lista.csv?at=3>; rel="alternate"; type="text/csv"' in link
        assert '</en/lista?at=3>; rel="alternate"; hreflang="en"' in link

    # --- Refusals -------------------------------------------------------------------------------
    async def test_an_unknown_id_gets_a_page_that_searches_for_it(self, still: Paged) -> None:
        said = await still.ask("/en-insats/finns-inte")
        assert said.status == 404 and 'value="finns-inte"' in said.text and 'action="/sok"' in said.text
        assert 'lang="sv"' in said.text and "Sök i liggaren" in said.text
        english = await still.ask("/en/en-insats/finns-inte")
        assert english.status == 404 and 'action="/en/sok"' in english.text and "Search the ledger" in english.text

    @pytest.mark.parametrize(
        "path", ["/en-insats/nej.json", "/nowhere.json", "/lista.json?at=x", "/lista.json?at=99999"]
    )
    async def test_a_program_gets_problem_details(self, still: Paged, path: str) -> None:
        said = await still.ask(path)
        problem = json.loads(said.body)
        assert said.headers["content-type"] == "application/problem+json"
        assert problem["status"] == said.status in {400, 404} and problem["detail"] and problem["title"]

    @pytest.mark.parametrize(
        ("path", "meant"),
        [
            ("/lista/", "/lista"),
            ("//en//lista?at=3", "/en/lista?at=3"),
            ("///example.com/..", "/example.com/.."),
            ("/en", "/en/"),
            ("/en-insats/I1", "/en-insats/i1"),
            ("/Lista.JSON", "/lista.json"),
        ],
    )
    async def test_an_address_nearly_right_leads_to_the_right_one(self, still: Paged, path: str, meant: str) -> None:
        said = await still.ask(path)
        assert (said.status, said.headers["location"]) == (308, meant)

    async def test_only_reading_is_possible(self, still: Paged) -> None:
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO"):
            said = await still.ask("/en/lista", method)
            assert said.status == 405 and said.headers["allow"] == "GET, HEAD" and "Only reading" in said.text

    async def test_a_page_that_fails_says_so_and_the_log_says_why(
        self, still: Paged, caplog: pytest.LogCaptureFixture
    ) -> None:
        for path in ("/trasig", "/en/trasig", "/trasig.json", "/lista"):
            with caplog.at_level(logging.ERROR, "liggare.web"):
                said = await still.ask(path)
            assert said.status == 500 and RAISING not in said.text and "Traceback" not in said.text
            (record,) = caplog.records
            assert record.exc_info is not None and str(record.args[0]) in said.text  # type: ignore[index]
            caplog.clear()

    async def test_a_store_that_is_gone_gets_503(self, still: Paged, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone(*_: object) -> None:
            raise StoreUnavailable("postgresql://secret@host")

        monkeypatch.setattr("services.web.site.Site._found", gone)
        said = await still.ask("/dag")
        assert said.status == 503 and said.headers["retry-after"] and "secret" not in said.text

    async def test_the_language_is_hinted_at_the_root_alone(self, still: Paged) -> None:
        for header in ("en", "sv;q=0.1, en-GB", "en;q=1.000", "x" * 5_000 + ",en", "en;q=9e9", ";;;,,,q=", "en;q=-1"):
            said = await still.ask("/index.json", Accept_Language=header)
            assert said.status == 200 and "Accept-Language" in said.headers["vary"]
        assert "Accept-Language" not in (await still.ask("/lista.json")).headers["vary"]

    async def test_the_files_beside(self, still: Paged) -> None:
        assert "Disallow: /sok" in (await still.ask("/robots.txt")).text
        assert (await still.ask("/favicon.svg")).headers["content-type"].startswith("image/svg+xml")
        assert (await still.ask("/favicon.ico")).headers["location"] == "/favicon.svg"
        assert (await still.ask("/.well-known/security.txt")).status == 404
        for path in ("/robots.txt", "/lista.json", "/nowhere", "/en", "/static/x/y", "/checkpoint", "/trasig"):
            said = await still.ask(path)
            assert SECURITY.keys() - {name.title() for name in said.headers} <= {"Content-Security-Policy"}
            assert "set-cookie" not in said.headers


async def test_style_and_script_are_sent_compressed_and_may_be_kept_for_ever(tmp_path: Path) -> None:
    async with paged(tmp_path) as found:
        found_in = re.search(r'href="(/static/[0-9a-f]+/style\.css)"', (await found.ask("/om")).text)
        assert found_in is not None
        style = await found.ask(found_in[1], Accept_Encoding="gzip")
        script = await found.ask(found_in[1].replace("style.css", "verify.js"), Accept_Encoding="gzip")
        for said, kind in ((style, "text/css"), (script, "text/javascript")):
            assert said.status == 200 and said.headers["content-type"].startswith(kind)
            assert said.headers["content-encoding"] == "gzip" and said.headers["cache-control"] == IMMUTABLE
            assert len(gzip.decompress(said.body)) > 2 * len(said.body)
