"""Nothing that anybody writes runs: every vector in every field of text, in Chromium, with the policy and without it.

By default one hostile ledger and some of the addresses; all of it with `-m slow`, which says how much that was.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.adversary.fields import text_fields
from tests.adversary.markup import VECTORS, Vector
from tests.adversary.served import served
from tests.adversary.worlds import Filler, Placed, carriable
from tests.browser.control import CONTEXTS, wrong_site
from tests.browser.visiting import addresses, asked_with_vectors, forms, twins
from tests.browser.watching import Heard, Watched

SEED = 5
EVENTS_SAMPLED, PAGES_SAMPLED, ASKED_SAMPLED, VECTORS_SAMPLED = 15, 15, 15, 5
_CONTROLS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))

NEVER_SHOWN = frozenset(
    {
        "AnswerAccess.reasons",
        "LodgeAppeal.appellant",
        "ModerateInput.reason",
        "ReceiveAnswer.answers.text",
        "ReceiveInput.age_band",
        "ReceiveInput.area",
        "ReceiveInput.group",
        "RequestErasure.text",
        "RestoreInput.reason",
        "SeatMember.name",
        "WithdrawInput.reason",
    }
)
"""Fields whose words no page of an event shows: they are private, or belong to what was taken back. None is waited for."""

WORLDS_MAX = 40
FILES, GONE_TO = 60, 100
EACH_PAGE_IN = 6
"""Of so many ledgers, in one."""


def noticed_on_the_wrong_site(browser: Browser, vectors: Iterable[Vector], contexts: Iterable[str]) -> set[int]:
    """Return which vectors run, ask or open somewhere on a site that writes them as they are."""
    ran = set()
    with wrong_site() as site:
        for vector in vectors:
            watched = Watched(browser, site, bypass=False, alone=False)
            watched.look_all([f"/{context}?{quote(vector.text, safe='')}" for context in contexts], "/empty")
            watched.close()
            heard = watched.heard
            if heard.ran or heard.dialogs or heard.foreign or heard.away:
                ran.add(vector.number)
    return ran


def test_what_runs_is_noticed_in_a_page_and_in_its_place(browser: Browser) -> None:
    sure = [each for each in VECTORS if each.text.startswith(("<img src=x onerror=_r(", "<svg onload=_r("))]
    assert sure
    assert noticed_on_the_wrong_site(browser, sure, ["text"]) == {each.number for each in sure}
    with wrong_site() as site:
        watched = Watched(browser, site, bypass=False)
        for each in sure:
            watched.look(f"/text?{quote(each.text)}")
        watched.close()
    assert len(watched.heard.ran) == len(watched.heard.elements) == len(sure)


def test_what_is_written_in_place_of_a_page_has_its_policy(browser: Browser) -> None:
    for bypass in (False, True):
        with wrong_site("default-src 'self'; script-src 'self'; img-src 'self'") as site:
            watched = Watched(browser, site, bypass=bypass)
            watched.look_all([f"/text?{quote('<img src=x onerror=_r(1)>')}"], "/empty")
            watched.close()
        assert bool(watched.heard.ran) is bypass and bool(watched.heard.console) is not bypass


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_most_vectors_run_where_nothing_is_escaped(browser: Browser) -> None:
    ran = noticed_on_the_wrong_site(browser, VECTORS, CONTEXTS)
    print(f"\n{len(ran)} of {len(VECTORS)} vectors run somewhere on a site that escapes nothing")
    print([each.text for each in VECTORS if each.number not in ran])
    assert len(ran) >= len(VECTORS) // 2


def events_of(placed: Iterable[Placed]) -> Iterator[str]:
    for each in placed:
        yield from (f"/handelse/{position}" for position in each.positions)


def shown(placed: Iterable[Placed], texts: dict[str, str]) -> dict[str, set[int]]:
    """Return which vectors of which fields stand, as they are, on a page of their event."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for each in placed:
        there = "\n".join(texts.get(f"/handelse/{position}", "") for position in each.positions).translate(_CONTROLS)
        for path, value, vectors in each.carried:
            if value.translate(_CONTROLS) in there:
                found[path].update(vectors)
    return found


def test_nothing_runs_in_one_hostile_ledger(browser: Browser, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with served(tmp_path, Filler()) as (site, placed):
        events = chance.sample(list(events_of(placed)), EVENTS_SAMPLED)
        pages = list(islice(addresses(site, per_page=1), PAGES_SAMPLED * 3))
        asked = list(asked_with_vectors(chance.sample(VECTORS, VECTORS_SAMPLED)))
        wanted = [*events, *chance.sample(pages, min(PAGES_SAMPLED, len(pages)))]
        wanted += chance.sample(asked, ASKED_SAMPLED)
        for bypass in (False, True):
            watched = Watched(browser, site.url, bypass=bypass)
            for path in wanted:
                watched.look(f"/en{path}" if bypass else path)
            watched.close()
            assert watched.heard.faults == {}
        for path in chance.sample(pages, 10):
            assert twins(site, path) == []


@pytest.mark.slow
@pytest.mark.timeout(7_200)
def test_no_vector_in_any_field_runs(browser: Browser, tmp_path: Path) -> None:
    """Each event whose fields carry something new has its page seen; every other page in some of the ledgers.

    What a source carries is the same part of every command, so it must be shown for some command, not for each.
    """
    filler, worlds, read = Filler(), 0, 0
    heard = {False: Heard(), True: Heard()}
    stood = {bypass: defaultdict[str, set[int]](set) for bypass in heard}
    wrong: list[str] = []
    waiting, times = set[tuple[str, tuple[int, ...]]](), Counter[str]()
    while not filler.is_done() and worlds < WORLDS_MAX:
        worlds += 1
        with served(tmp_path / str(worlds), filler) as (site, placed):
            pages = list(addresses(site, per_page=3 if worlds == 1 else 0)) if worlds % EACH_PAGE_IN == 1 else []
            new = [each for each in placed if worlds == 1 or any(_own(path) == path for path, *_ in each.carried)]
            for bypass, before in heard.items():
                watched = Watched(browser, site.url, bypass=bypass)
                wanted = [f"/en{path}" if bypass and path != "/" else path for path in (*events_of(new), *pages)]
                texts = watched.look_all(wanted)
                for path in wanted[:GONE_TO] if worlds == 1 else ():
                    watched.look(path)
                watched.close()
                before.add(watched.heard)
                there = shown(new, {path.removeprefix("/en"): text for path, text in texts.items()})
                for path, vectors in there.items():
                    stood[bypass][_own(path)] |= vectors
            for each in new:
                for path, _, numbers in each.carried:
                    waiting.add((path, numbers))
                    times[path] += worlds == 1
            if filler.is_done():
                for path, numbers in waiting:
                    if path not in NEVER_SHOWN and not stood[True][_own(path)].issuperset(numbers):
                        filler.again(path, numbers, times[path])
                waiting.clear()
            for path in pages:
                read += 1
                wrong += twins(site, path)
        noticed = {bypass: each.faults for bypass, each in heard.items() if each.faults}
        print(f"world {worlds}: {len(placed)} commands, {len(pages)} pages", noticed or "", flush=True)
    fields = [path for path in text_fields() if path not in NEVER_SHOWN and filler.carries(path)]
    missing = {(_own(path), bypass) for path in fields for bypass in heard if stood[bypass][_own(path)] != _all(path)}
    told = {
        "ledgers": worlds,
        "vectors": len(VECTORS),
        "fields of text": len(text_fields()),
        "of them free": sum(map(filler.carries, text_fields())),
        "pairs shown": {str(bypass): sum(map(len, each.values())) for bypass, each in stood.items()},
        "pages": {str(bypass): each.pages for bypass, each in heard.items()},
        "executions": len(heard[False].ran) + len(heard[True].ran),
        "addresses whose other forms were read": read,
    }
    print(json.dumps(told, indent=1))
    assert {bypass: each.faults for bypass, each in heard.items()} == {False: {}, True: {}}
    assert wrong == []
    assert missing == set()


def _own(path: str) -> str:
    """Return the path of a field of a command, and of its source the same one for all commands."""
    command, source, rest = path.partition(".source.")
    return f"{source}{rest}" if source else command


def _all(path: str) -> set[int]:
    return {each.number for each in carriable(path)}


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("bypass", [False, True], ids=["with the policy", "without it"])
def test_no_vector_in_any_address_runs(browser: Browser, tmp_path: Path, bypass: bool) -> None:
    with served(tmp_path, Filler()) as (site, _):
        asked = list(asked_with_vectors(VECTORS))
        watched = Watched(browser, site.url, bypass=bypass)
        watched.look_all(asked)
        files = list(chain.from_iterable(forms(path) for path in islice(addresses(site, per_page=0), FILES)))
        for path in (*random.Random(SEED).sample(asked, GONE_TO), *files):
            watched.look(path)
        watched.close()
    print(
        f"\n{len(asked)} addresses and {len(files)} files: {watched.heard.faults or 'nothing'} in {watched.heard.pages} pages"
    )
    assert watched.heard.faults == {}
