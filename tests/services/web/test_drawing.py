"""Pictures as files: what stands on the page, well formed by itself, and every number of their tables leads to its events."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from ledger.ballots.events import VoteCast
from projections.rows.memory import MemoryRows
from services.web import drawing
from services.web.charts.bar import Part, bar
from services.web.page import Page, Shown
from services.web.pages import answer_times, ballot, decision, indicator, proposals, start
from tests.projections.history import rows_of
from tests.projections.town import opened
from tests.services.web.paged import OPENING, paged
from tests.services.web.pages.seen import drawn, shown
from tests.services.web.pages.story64 import STORY

SVG = "{http://www.w3.org/2000/svg}"
PICTURES: list[tuple[Page, dict[str, str], list[str]]] = [
    (start.PAGE, {}, ["vantan", "index"]),
    (decision.PAGE, {"decision": "d64"}, ["flode", "svar-s1", "granser-s1"]),
    (indicator.PAGE, {"indicator": "nii"}, ["serie"]),
    (answer_times.PAGE, {}, ["vantan"]),
    (ballot.PAGE, {"ballot": "b"}, ["kurva"]),
]


@pytest.fixture(scope="module")
def rows() -> MemoryRows:
    votes = [
        VoteCast(ballot="b", voter=str(day), choice="yes", revision=1, occurred=f"2016-05-{day}T10:00:00Z")
        for day in range(10, 15)
    ]
    return rows_of(*STORY, opened(), *votes)


@pytest.mark.parametrize(("page", "path", "names"), PICTURES, ids=[page.name for page, _, _ in PICTURES])
def test_each_picture_of_a_page_is_a_file_that_says_the_same(
    rows: MemoryRows, page: Page, path: dict[str, str], names: list[str]
) -> None:
    data = shown(page, rows, path)
    assert data is not None and page.pictures
    html = drawn(page, data).html
    assert drawing.names(html) == names
    for name in names:
        found = drawing.picture(html, name)
        assert found is not None
        tree = ET.fromstring(found.octets)
        assert tree.tag == f"{SVG}svg" and tree[1].tag == f"{SVG}title"
        style = tree[0].text or ""
        assert "fill" in style and "var(" not in style and "url(" not in style.replace("url(#", "")
        assert b64encode(sha256(style.encode()).digest()).decode() in found.allowed
        assert str(escape(tree[1].text)) in html.replace("&#34;", '"').replace('"', "&#34;")
        assert {each.tag for each in tree.iter()} <= {SVG + each for each in drawing_tags()}
        assert f'.svg?bild={name}"' in unescape(html) and f'download="{name}.svg"' in html


def drawing_tags() -> list[str]:
    return [
        "svg",
        "style",
        "title",
        "g",
        "rect",
        "text",
        "line",
        "circle",
        "path",
        "polyline",
        "defs",
        "pattern",
        "tspan",
    ]


@given(st.text(max_size=40), st.text(max_size=20))
def test_whatever_a_picture_is_called_its_file_is_well_formed(title: str, name: str) -> None:
    html = f'<figure data-picture="{escape(name)}">{bar(title, [Part("changed", title, 3), Part("unanswered", "", 2)])}'
    found = drawing.picture(html, name)
    assert found is not None
    assert len(ET.fromstring(found.octets)) > 2


def test_a_name_that_no_picture_has_gives_none() -> None:
    html = str(
        Markup('<p>data-picture="x"</p><figure data-picture="kurva"><svg role="img"><title>1</title></svg></figure>')
    )
    assert drawing.picture(html, "flode") is None
    assert drawing.picture("<p>nothing</p>", "") is None
    first = drawing.picture(html, "")
    assert first is not None and b"<title>1</title>" in first.octets


# --- What the numbers lead to -------------------------------------------------------------------
def test_every_number_of_the_flow_and_of_the_waits_leads_to_just_those_inputs(rows: MemoryRows) -> None:
    for page, path in ((decision.PAGE, {"decision": "d64"}), (answer_times.PAGE, {})):
        data = shown(page, rows, path)
        assert data is not None
        read = drawn(page, data)
        counted = 0
        for number, link in _numbers(read.html):
            asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
            if not {"kanal", "manad"} & asked.keys():
                continue
            found = shown(proposals.PAGE, rows, None, **asked)
            assert found is not None
            days = _days(data, asked)
            assert number in ((days["median_days"], found["found"]) if days else (found["found"],)), link
            assert not days or found["found"] == days["n"]
            counted += 1
        assert counted >= 3, page.name


def _days(data: Shown, asked: dict[str, str]) -> Shown | None:
    """Return the field of the heat map that a link is of, where the page has one."""
    lines = data.get("waits", {"bodies": []})["bodies"]
    fields = [each for line in lines if line["body"] == asked.get("namnd") for each in line["months"]]
    wanted = [each for each in fields if each["month"] == asked.get("manad") and asked["svar"].count(",") > 2]
    return wanted[0] if wanted else None


def _numbers(html: str) -> list[tuple[int, str]]:
    found = []
    for part in html.split('<td class="n"')[1:]:
        cell = part.partition("</td>")[0].partition(">")[2]
        if cell.startswith('<a href="') and "/forslag?" in cell:
            link, _, text = cell.removeprefix('<a href="').partition('">')
            number = text.removesuffix("</a>").replace(",", "")
            if number.isdecimal():
                found.append((int(number), unescape(link)))
    return found


# --- Over HTTP ----------------------------------------------------------------------------------
INDEX = {
    "command": "define-indicator",
    "indicator": "nii",
    "title": "<b>NII</b>",
    "direction": "up",
    "origin": "own_survey",
}


def value(year: str, number: str) -> dict[str, str]:
    """Return the command that records a value."""
    bare = {"command": "record-value", "indicator": "nii", "period": year, "value": number}
    return bare | {"origin": "own_survey"}


async def test_a_picture_is_sent_with_what_allows_its_style_alone(tmp_path: Path) -> None:
    async with paged(tmp_path) as found:
        await found.do(*OPENING, INDEX, value("2014", "48"), value("2016", "51"))
        for path in ("/index/nii.svg", "/en/index/nii.svg?bild=serie", "/index.svg?bild=index"):
            said = await found.ask(path)
            assert said.status == 200 and said.headers["content-type"] == "image/svg+xml"
            assert said.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
            assert "<text" in said.text and "<b>" not in said.text
            assert 'rel="canonical"' in said.headers["link"] and "bild" not in said.headers["link"]
            assert (await found.ask(path, If_None_Match=said.headers["etag"])).status == 304
        for path in ("/index/nii.svg?bild=%3Cscript%3E", "/svarstider.svg?bild=vantan", "/index/x.svg", "/om.svg"):
            said = await found.ask(path)
            assert said.status == 404 and "<script>" not in said.text
