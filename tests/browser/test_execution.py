"""Nothing that anybody writes runs: every vector in every field of text, in Chromium, with the policy and without it.

By default one hostile ledger and some of the addresses; all of it with `-m slow`, which says how much that was.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
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
        "RequestErasure.text",
        "RestoreInput.reason",
        "SeatMember.name",
        "WithdrawInput.reason",
    }
)
"""Fields whose words no page of an event shows: they are private, or belong to what was taken back."""

WORLDS_MAX = 40


def noticed_on_the_wrong_site(browser: Browser, vectors: Iterable[Vector], contexts: Iterable[str]) -> set[int]:
    """Return which vectors run, ask or open somewhere on a site that writes them as they are."""
    ran = set()
    with wrong_site() as site:
        watched = Watched(browser, site, bypass=False)
        for vector in vectors:
            for context in contexts:
                watched.heard = Heard()
                watched.look(f"/{context}?{quote(vector.text, safe='')}")
                heard = watched.heard
                if heard.ran or heard.dialogs or heard.foreign or heard.away:
                    ran.add(vector.number)
                    break
        watched.close()
    return ran


def test_what_runs_is_noticed(browser: Browser) -> None:
    sure = [
        each for each in VECTORS if re.fullmatch(r"<img src=x onerror=_r\(\d+\)>|<svg onload=_r\(\d+\)>", each.text)
    ]
    assert noticed_on_the_wrong_site(browser, sure, ["text"]) == {each.number for each in sure} and len(sure) == 2


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
    filler, worlds = Filler(), 0
    heard = {False: Heard(), True: Heard()}
    stood: defaultdict[str, set[int]] = defaultdict(set)
    wrong: list[str] = []
    others = 0
    while not filler.is_done:
        worlds += 1
        assert worlds <= WORLDS_MAX
        with served(tmp_path / str(worlds), filler) as (site, placed):
            pages = list(addresses(site, per_page=3 if worlds == 1 else 1))
            texts: dict[str, str] = {}
            for bypass in (False, True):
                watched = Watched(browser, site.url, bypass=bypass)
                for path in [*events_of(placed), *pages]:
                    texts[path] = watched.look(f"/en{path}" if bypass and path != "/" else path)
                if worlds == 1:
                    for wanted in (*asked_with_vectors(VECTORS), *chain.from_iterable(map(forms, pages))):
                        watched.look(wanted)
                watched.close()
                heard[bypass].add(watched.heard)
                there = shown(placed, texts)
                for path, vectors in there.items():
                    stood[path] |= vectors
            for each in placed:
                for path, _, numbers in each.carried:
                    if path not in NEVER_SHOWN and not there[path].issuperset(numbers):
                        filler.again(path, numbers)
            for path in pages:
                others += 1
                wrong += twins(site, path)
        noticed = {bypass: each.faults for bypass, each in heard.items() if each.faults}
        print(f"world {worlds}: {len(placed)} commands, {len(pages)} pages", noticed or "", flush=True)
    fields = [path for path in text_fields() if path not in NEVER_SHOWN and filler.carries(path)]
    missing = {path: len(carriable(path)) - len(stood[path]) for path in fields if stood[path] != _all(path)}
    told = {
        "worlds": worlds,
        "vectors": len(VECTORS),
        "fields": len(text_fields()),
        "free": sum(map(filler.carries, text_fields())),
        "pairs shown": sum(map(len, stood.values())),
        "pages with the policy": heard[False].pages,
        "pages without it": heard[True].pages,
        "executions": len(heard[False].ran) + len(heard[True].ran),
        "addresses whose other forms were read": others,
    }
    print(json.dumps(told, indent=1))
    assert {bypass: each.faults for bypass, each in heard.items()} == {False: {}, True: {}}
    assert wrong == []
    assert missing == {}
    assert [path for path in NEVER_SHOWN if stood[path]] == []


def _all(path: str) -> set[int]:
    return {each.number for each in carriable(path)}
