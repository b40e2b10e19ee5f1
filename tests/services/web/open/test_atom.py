"""Whatever words a feed holds, it is well-formed, and others read the same words out of it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from services.web.open.atom import ATOM, Feed, FeedEntry, tag_uri, written
from services.web.open.texts import one_line, plain

TIME = "2016-05-01T08:00:00.123456Z"
WORDS = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["]]>", "<!--", "&#0;", "\x00\x08", "\ud800", "\ufffe", "<a xmlns='x'>", "\r\n", "\u2028", "=1+1"]
)


def feed(title: str, *entries: FeedEntry) -> Feed:
    return Feed(
        "tag:a.example,2016-01-01:x",
        title,
        title,
        "sv",
        title,
        "https://a.example/x.atom",
        "https://a.example/",
        TIME,
        title,
        entries,
    )


@given(WORDS, WORDS, WORDS)
def test_hostile_words_come_out_as_they_went_in(title: str, text: str, kind: str) -> None:
    entry = FeedEntry("tag:a.example,2016-01-01:y", title, TIME, "https://a.example/p", None, plain(kind), text)
    root = ET.fromstring(written(feed(title, entry)))
    assert root.findtext(f"{{{ATOM}}}title") == plain(title)
    assert root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}content") == plain(text)
    assert len(root.findall(f"{{{ATOM}}}entry")) == 1
    category = root.find(f"{{{ATOM}}}entry/{{{ATOM}}}category")
    # A parser makes spaces of line ends and tabs in attributes unless they are escaped, which ours are.
    assert category is not None and category.get("term") == plain(kind)


@given(WORDS, st.integers(min_value=2, max_value=30))
def test_a_line_is_one_and_short(text: str, characters: int) -> None:
    line = one_line(text, characters)
    assert len(line) <= characters
    assert "\n" not in line and line == line.strip()
    assert one_line(line, characters) == line


def test_a_tag_uri_names_host_day_and_path() -> None:
    assert (
        tag_uri("nacka.se/inflytande", "2016-05-01", "handelse/64") == "tag:nacka.se,2016-05-01:inflytande/handelse/64"
    )
    assert tag_uri("nacka.se", "2016-05-01", "en/å b") == "tag:nacka.se,2016-05-01:en/%C3%A5%20b"
