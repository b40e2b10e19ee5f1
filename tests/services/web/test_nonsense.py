"""Nonsense gets an answer that helps: in a parameter, an address, a header, on the wire."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import pytest_asyncio

from services.web.language import prefers_english
from services.web.responses import SECURITY
from tests.services.web.paged import OPENING, Paged, paged, received
from tests.services.web.site import Said

NUMBERS = [
    "0",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "NaN",
    "inf",
    "0x10",
    "1_000",
    "٣",
    "²",
    " 1 ",
    "1;2",
    "9" * 18,
    "9" * 19,
    "9" * 900,
]
PARAMETERS = {
    "at": ["/", "/forslag", "/beslut", "/sok", "/handelser"],
    "asof": ["/", "/forslag"],
    "sida": ["/forslag", "/beslut"],
    "after": ["/handelser"],
    "antal": ["/handelser"],
    "dag": ["/handelser"],
    "efter": ["/omrostningar", "/enkater", "/namnd", "/brister", "/rattelser", "/raderingar", "/omrostningar/b/roster"],
    "fran": ["/jamfor?sida=/forslag"],
    "till": ["/jamfor?sida=/forslag&fran=1"],
}
WORDS = ["<script>", "\u202e", "a" * 1_001, "\x00", "nope", "'--", "../..", "{{7*7}}", "%", "\ud7ff"]
REFUSED_WORDS = [
    *("/beslut?namnd=", "/loften?organ=", "/loften?lage=", "/handelser?typ=", "/handelser?grund=", "/brister?regel="),
    *(
        "/beslut?sida=",
        "/forslag?sida=",
        "/namnd?efter=",
        "/omrostningar/b/roster?efter=",
        "/jamfor?sida=",
        "/?at=",
        "/?asof=",
    ),
]
SEED = 7


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Paged]:
    async with paged(tmp_path_factory.mktemp("nonsense")) as found:
        await found.do(
            *OPENING,
            received("i", "En bänk") | {"theme": "Gator/torg, m.m."},
            {"command": "open-ballot", "ballot": "b", "question": "Ja?", "rule": "yes_no_abstain"},
            {"command": "cast-vote", "ballot": "b", "voter": "v1", "choice": "yes"},
            {"command": "close-ballot", "ballot": "b"},
        )
        yield found


pytestmark = pytest.mark.asyncio(loop_scope="module")


def helps(said: Said) -> bool:
    """Tell whether a refusal is a whole answer: safe, never kept, with a sentence and somewhere to go."""
    is_safe = {name.lower() for name in SECURITY} <= said.headers.keys()
    return is_safe and said.headers["cache-control"] == "no-store" and "<h1>" in said.text and 'href="/' in said.text


@pytest.mark.parametrize("name", PARAMETERS)
async def test_no_number_breaks_a_page(town: Paged, name: str) -> None:
    for place in PARAMETERS[name]:
        for number in NUMBERS:
            said = await town.ask(f"{place}{'&' if '?' in place else '?'}{name}={quote(number)}")
            assert said.status in {200, 303, 400, 404}, (place, number, said.status)
            assert said.status in {200, 303} or helps(said), (place, number)
            if said.status == 200:
                assert number.strip().isascii() and number.strip().isdigit(), (place, number)


@pytest.mark.parametrize("place", REFUSED_WORDS)
async def test_a_word_that_means_nothing_is_refused_by_name(town: Paged, place: str) -> None:
    name = place.rpartition("?")[2].removesuffix("=")
    for word in WORDS:
        said = await town.ask(place + quote(word, errors="replace"))
        assert said.status in {400, 404} and helps(said), (place, word, said.status)
        assert said.status == 404 or f"<code>{name}</code>" in said.text
        assert "<script>" not in said.text and "\u202e" not in said.text.replace(
            "\u202e", "", said.text.count("\u202c")
        )


async def test_a_parameter_says_one_thing(town: Paged) -> None:
    for address in (
        "/?at=1&at=2",
        "/sok?q=a&q=b",
        "/handelser?typ=vote-cast&typ=ballot-opened",
        "/flode.atom?at=1&at=2",
    ):
        said = await town.ask(address)
        assert (said.status == 400 and "mer än en gång" in said.text) or "more than once" in said.text, address
    for address in ("/?at=1&at=1", "/?at=&at=1", "/sok?q=a&x=1&x=2"):
        assert (await town.ask(address)).status == 200, address


async def test_a_theme_has_an_address_whatever_it_is_called(town: Paged) -> None:
    listed = (await town.ask("/amne")).text
    assert 'href="/amne/Gator~2Ftorg,%20m~2Em~2E"' in listed
    for suffix in ("", ".json", ".csv"):
        assert (await town.ask(f"/amne/Gator~2Ftorg,%20m~2Em~2E{suffix}")).status == 200
    assert (await town.ask(f"/handelser.json?tagg={quote('theme:Gator/torg, m.m.')}")).text.count('"position"') > 1


async def test_what_is_looked_up_turns_nothing(town: Paged) -> None:
    said = await town.ask("/sok?q=" + quote("a\u2069\u202eb\u2066"))
    assert "<bdi>a\u202eb\u2066\u2069\u202c</bdi>" in said.text and said.text.count("\u202e") == said.text.count(
        "\u202c"
    )


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/%",
            "/%zz",
            "/%ff%fe",
            "/beslut/%c3%28",
            "/?q=%ff",
            "/sok?q=%zz%",
            "/beslut/%00",
            "/%2e%2e/%2e%2e/etc/passwd",
        ),
        *("/beslut/%0d%0aX-Evil:1", "/sok?q=%0d%0aX-Evil:1", "//evil.example", "/\\evil.example", "/en//evil.example/"),
        *(
            "/" + "a" * 7_000,
            "/" + "a/" * 3_000,
            "/sok?" + "&".join(f"q{n}=1" for n in range(900)),
            "/" + "%41" * 2_000,
        ),
        *(
            "/beslut/" + "%F0%9F%98%80" * 90,
            "/beslut/a.json.csv",
            "/.json",
            "/en.json",
            "/;a=b",
            "/beslut;x",
            "/beslut?",
        ),
    ],
)
async def test_no_address_breaks_the_site(town: Paged, address: str) -> None:
    said = await town.ask(address)
    assert said.status in {200, 308, 400, 404}, said
    assert "x-evil" not in said.headers and {name.lower() for name in SECURITY} <= said.headers.keys()
    if said.status == 308:
        assert said.headers["location"].startswith("/") and not said.headers["location"].startswith(("//", "/\\"))


def languages() -> list[str]:
    """Return two hundred headers that say which language somebody prefers, or nothing that one could read."""
    chance = random.Random(SEED)
    parts = [
        "sv",
        "en",
        "EN-us",
        "*",
        "",
        "x" * 300,
        "sv-SE;q=0.5",
        "en;q=1.5",
        "en;q=nan",
        "q=;",
        "<script>",
        "en;q=-1",
        ";q=1",
        "\u00e5",
        "en ;q= 0.9",
    ]
    return [",".join(chance.choices(parts, k=chance.randint(0, 30))) for _ in range(200)]


async def test_no_language_breaks_a_page(town: Paged) -> None:
    for header in languages():
        request = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAccept-Language: %s\r\n\r\n" % header.encode(
            "latin-1"
        )
        said = await asyncio.to_thread(town.site.raw, request)
        assert said.status == (200 if len(request) < 8_000 else 400)
        assert b"<script>" not in said.body
        prefers_english(header)
