"""Every topic has an address, whatever it is called."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.pages import topic
from services.web.rendering import Links
from services.web.topics import topic_of, topic_path
from tests.projections.town import TOWN, received
from tests.services.web.pages.seen import HOSTILE, drawn, shown

NAMES = ["Gator/torg", "..", ".", "//", "a.json", "~2F", "a?b#c", "100 %", "Å/ä", "\\", HOSTILE, "/" * 300]


@given(st.one_of(st.sampled_from(NAMES), st.text(min_size=1, max_size=40)))
def test_the_address_leads_back_to_the_name(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    address = urlsplit(Links("", "sv")(topic_path(name))).path
    folder, part = unquote(address).rsplit("/", 1)
    assert folder == "/amne" and "." not in part
    assert topic_of(part) == name


@pytest.mark.parametrize("name", NAMES)
def test_its_page_shows_it(name: str) -> None:
    found = shown(topic.PAGE, (*TOWN, received("i", theme=name)), {"topic": topic_path(name).removeprefix("/amne/")})
    assert found is not None and found["topic"] == name
    drawn(topic.PAGE, found, "sv")
