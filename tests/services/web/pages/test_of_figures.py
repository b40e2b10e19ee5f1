"""Every page of figures: on an empty ledger, and on one with a bit of everything, in both languages."""

from __future__ import annotations

import re
from functools import cache

import pytest

from ledger.inputs.events import AuthorKind
from ledger.processes import ParticipationLevel
from ledger.responses import ResponseDue
from projections.rows.memory import MemoryRows
from services.web.codes import CODES
from services.web.language import translations
from services.web.names import PLACES
from services.web.page import Page
from services.web.pages.of_figures import FIGURES
from tests.projections.history import rows_of
from tests.projections.survey_events import WARNING, carded, planned, question, released
from tests.projections.test_commitments import MADE, delivered
from tests.projections.test_documents import FIRST, LETTER, SECOND, WHOLE
from tests.projections.test_indicators import AIM, BREAK, NII, value
from tests.projections.test_meetings import ADJUSTED, ANNOUNCED, CALLED, ITEM, RULES, SEATS, there
from tests.projections.test_methods import DIALOGUE, TRIAL, assessed
from tests.projections.test_processes import promise
from tests.projections.test_programmes import EIGHT, FOUR, OPENNESS
from tests.projections.town import NETWORK, NETWORK_STARTED, TOWN, cast, decided, disposed, opened, received, struck
from tests.services.web.pages.seen import drawn, shown

LISTS = [page for page in FIGURES if "{" not in page.path]
THINGS = [page for page in FIGURES if "{" in page.path]
READ_MODELS = {
    "ballot": "ballots",
    "survey": "surveys",
    "indicator": "indicators",
    "body": "bodies",
    "process": "processes",
    "programme": "programmes",
    "document": "documents",
    "meeting": "meetings",
}


@cache
def everything() -> MemoryRows:
    """Return the rows after what the tests of the views are told with, all of it in one town."""
    return rows_of(
        *(*TOWN, WARNING, planned(), question(), carded(), released(), NII, AIM, BREAK),
        *(value("2015", "46", "44", "48"), value("2021", None), opened(), cast("ann", "yes"), struck("x", "ann")),
        *(
            EIGHT,
            FOUR,
            OPENNESS,
            LETTER,
            FIRST,
            SECOND,
            WHOLE,
            *RULES,
            *SEATS,
            CALLED,
            ITEM,
            ADJUSTED,
            ANNOUNCED,
            there("p1"),
        ),
        *(NETWORK, NETWORK_STARTED, promise(ParticipationLevel.INVOLVE, "route", process="network"), DIALOGUE, TRIAL),
        *(assessed("a", "works"), received("i1", theme="mobility", district="north", occurred="2016-03-01")),
        *(ResponseDue(input="i1", by="2016-04-01", rule="30 days"), decided("d1"), disposed("d1", "i1"), MADE),
        *(received("i2", AuthorKind.OFFICIAL), delivered("2018-05-01", commitment="c")),
    )


def named(page: Page) -> str:
    (name,) = re.findall(r"{(\w+)}", page.path)
    return str(name)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_a_list_is_shown_empty_and_full(page: Page, language: str) -> None:
    for rows in (rows_of(), everything()):
        data = shown(page, rows)
        assert data is not None
        read = drawn(page, data, language)
        assert page.table is not None
        table = page.table(data)
        assert all(len(row) == len(table.header) for row in table.rows)
        assert read.headings[0][0] == 1


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("page", THINGS, ids=lambda page: page.name)
def test_a_thing_is_shown_whole_and_an_unknown_one_is_none(page: Page, language: str) -> None:
    name = named(page)
    for hostile in ("nope", "a|b", "\x00", "x" * 5_000, "../../etc"):
        assert shown(page, everything(), {name: hostile}) is None
    if name in READ_MODELS:
        found = [row.key for row in everything().scan(READ_MODELS[name]) if row.state is not None]
        assert found, name
        for each in found:
            data = shown(page, everything(), {name: each})
            assert data is not None
            drawn(page, data, language)
            assert page.table is not None
            table = page.table(data)
            assert all(len(row) == len(table.header) for row in table.rows)


def test_every_thing_with_a_page_has_a_place_and_every_place_of_ours_a_page() -> None:
    paths = {page.path for page in FIGURES}
    for kind in READ_MODELS:
        assert f"{PLACES[kind]}/{{{kind}}}" in paths


def test_every_code_has_words_in_swedish() -> None:
    swedish = translations("sv")
    same = {"RR1", "RR2", "RR3", "RR4", "RR5", "RR6", "Kolada", "index", "panel", "post", "register", "vision", "web"}
    same |= {"import", "moderator", "process", "reservation"}
    labels = {label for codes in CODES.values() for label in codes.values()}
    assert not {label for label in labels - same if swedish.gettext(label) == label}
