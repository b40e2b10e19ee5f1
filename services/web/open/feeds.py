"""Feeds of the record: what is new in all of it, and about one decision, proposal, matter or ballot.

    /flode.atom                     decisions, answers, dispositions, promises, corrections, and the newest signed head
    /beslut/ID.atom  /forslag/ID.atom  /arende/ID.atom  /omrostningar/ID.atom  /enkater/ID.atom

An entry stands for one event and is dated by its recording. A promise that was not kept by its day makes no event; its
entry is dated by the day after, or by the recording of the promise where that came later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ledger.entries import UnreadableEntry, decode
from ledger.messages import EVENT_TYPES, RecordedEvent
from ledger.sealing import sealed_of
from ledger.store.port import Recorded
from projections.commitments import COMMITMENTS
from projections.views import commitments
from projections.views.answer import state_of, states
from services.web.directions import isolated
from services.web.language import day, translations
from services.web.open.atom import MEDIA_TYPE, Feed, FeedEntry, tag_uri, written
from services.web.open.licence import rights
from services.web.open.material import Made, Material, there
from services.web.open.telling import KNOWN, NEWS, PAGES, TOLD, About, about, name_of, place
from services.web.open.texts import one_line

ENTRIES_MAX = 50
TITLE_CHARACTERS = 200
WINDOW = 1_024
"""Events looked through first for what is new; four times as many each time that is not enough."""

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_TYPES = [f"{topic}.v{version}" for topic in NEWS for version in range(1, EVENT_TYPES[topic].version + 1)]


# --- The feeds --------------------------------------------------------------------------------
def everything(material: Material) -> Made:
    """Return the feed of what is new in the whole record."""
    text = translations(material.language).gettext
    entries = [*_events(material, _newest(material)), *_late(material, lambda _: True), *_head(material)]
    title = text("What is new in the participation ledger %(origin)s") % {"origin": material.origin}
    return _made(material, title, ("flode",), (), entries)


def of(kind: str) -> Callable[[Material], Made]:
    """Return the maker of the feed about one thing of a kind; its id is the parameter of that name."""

    def made(material: Material) -> Made:
        named = material.path[kind]
        there(state_of(material.rows, KNOWN[kind], named))
        tags = [f"{kind}:{named}", *(f"commitment:{each}" for each in _promised(material, kind, named))]
        topics = [topic for topic in TOLD if kind in {"input", "matter"} or topic in NEWS]
        positions = {
            position for tag in tags for position in material.reader.positions([tag], 0, material.position, topics)
        }
        found = material.reader.at(sorted(positions)[-ENTRIES_MAX:])
        promised = {tag.removeprefix("commitment:") for tag in tags[1:]}
        entries = [*_events(material, found), *_late(material, promised.__contains__)]
        return _made(material, name_of(material.rows, kind, named), (PAGES[kind], named), (PAGES[kind], named), entries)

    return made


def _promised(material: Material, kind: str, id: str) -> Iterator[str]:
    """Yield the promises that follow from a decision or an input."""
    for row in states(material.rows, COMMITMENTS.name):
        if row.state.get(kind) == id or any(line.get(kind) == id for line in row.state["dispositions"]):
            yield row.key


def _made(
    material: Material, title: str, own: tuple[str, ...], page: tuple[str, ...], entries: Iterable[FeedEntry]
) -> Made:
    newest = sorted(entries, key=lambda entry: (_instant(entry.updated), entry.id), reverse=True)[:ENTRIES_MAX]
    first = material.time(1) or _NEVER
    updated = newest[0].updated if newest else first
    text = translations(material.language).gettext
    feed = Feed(
        id=_id(material, first, *own),
        title=one_line(title, TITLE_CHARACTERS),
        subtitle=text("Every entry is an event of the record, dated by the time it was recorded."),
        language=material.language,
        author=material.origin,
        address=f"{material.page(*own)}.atom",
        page=material.page(*page),
        updated=updated,
        rights=rights(material.settings, material.language),
        entries=newest,
    )
    return Made(written(feed), f"{MEDIA_TYPE}; charset=utf-8", updated)


_NEVER = "1970-01-01T00:00:00Z"


def _instant(time: str) -> datetime:
    return datetime.fromisoformat(time)


def _id(material: Material, time: str, *parts: str) -> str:
    """Return the tag URI of something; the languages are apart, for a reader takes equal ids for equal entries."""
    language = ("en",) if material.language == "en" else ()
    return tag_uri(material.origin, time[:10], "/".join((*language, *parts)))


# --- Events -----------------------------------------------------------------------------------
def _newest(material: Material) -> list[Recorded]:
    """Return the newest events that are news, looking further back until there are enough."""
    upto, window = material.position, WINDOW
    while True:
        after = max(0, upto - window)
        found: list[Recorded] = []
        last = after
        while page := material.reader.entries(last, types=_TYPES):
            found += [entry for entry in page if entry.position <= upto]
            found, last = found[-ENTRIES_MAX:], page[-1].position
        if len(found) >= ENTRIES_MAX or not after:
            return found
        window *= 4


def _events(material: Material, found: Iterable[Recorded]) -> Iterator[FeedEntry]:
    """Yield the entries of events; one that this version of the ledger cannot read is left out."""
    recorded = [event for each in found if (event := _decoded(each)) is not None]
    told = [(each, about(material.rows, each.event), _said(each)) for each in recorded if each.event.topic in TOLD]
    material.opened([said for _, _, said in told])
    for each, what, said in told:
        yield _entry(material, each, what, said)


def _decoded(found: Recorded) -> RecordedEvent | None:
    try:
        return decode(*found)
    except UnreadableEntry:
        return None


def _said(recorded: RecordedEvent) -> list[dict[str, Any]]:
    """Return where the public words of an event lie."""
    return [
        {"position": recorded.position, "pointer": words.pointer}
        for words in sealed_of(recorded.event)
        if words.sealing_class == "P"
    ]


def _entry(material: Material, recorded: RecordedEvent, what: About, said: list[dict[str, Any]]) -> FeedEntry:
    text = translations(material.language).gettext
    _, sentence = TOLD[recorded.event.topic]
    occurred = recorded.event.dated()
    words = [str(each["text"]) for each in said if "text" in each]
    if occurred is not None:
        words.append(text("Happened: %(day)s.") % {"day": day(occurred, material.language)})
    event = material.page("handelse", recorded.position)
    page = place(what)
    return FeedEntry(
        id=_id(material, recorded.time, "handelse", str(recorded.position)),
        title=one_line(text(sentence) % {"name": isolated(what.name)}, TITLE_CHARACTERS),
        updated=recorded.time,
        page=event if page is None else material.page(*page),
        event=event,
        kind=recorded.event.topic,
        text="\n\n".join(words),
    )


# --- What makes no event ------------------------------------------------------------------------
def _late(material: Material, chosen: Callable[[str], bool]) -> Iterator[FeedEntry]:
    """Yield the promises whose day has passed without a delivery."""
    text = translations(material.language).gettext
    for row in states(material.rows, COMMITMENTS.name):
        if not chosen(row.key) or commitments.judged(row.state, material.on)["status"] != "broken":
            continue
        promise = material.opened({"text": dict(row.state["text"]) if row.state["text"] else None})
        made = row.state["made"]["time"]
        since = datetime.combine(date.fromisoformat(row.state["due"]) + timedelta(days=1), _MIDNIGHT, _STOCKHOLM)
        name = name_of(material.rows, "commitment", row.key)
        words = (promise["text"] or {}).get("text", "")
        missed = text("Promised for %(day)s; no delivery is recorded.") % {
            "day": day(row.state["due"], material.language)
        }
        yield FeedEntry(
            id=_id(material, made, "loften", row.key, "sen"),
            title=one_line(
                text("The day of a promise has passed: %(name)s") % {"name": isolated(name)}, TITLE_CHARACTERS
            ),
            updated=since.isoformat() if since > _instant(made) else made,
            page=material.page("loften"),
            event=material.page("handelse", row.state["made"]["position"]),
            kind="commitment-late",
            text="\n\n".join(part for part in (words, missed) if part),
        )


_MIDNIGHT = datetime.min.time()


def _head(material: Material) -> Iterator[FeedEntry]:
    """Yield the newest signed head, dated by the last event it covers."""
    head = material.checkpoint
    time = None if head is None else material.time(head.size)
    if head is None or time is None:
        return
    text = translations(material.language).gettext
    yield FeedEntry(
        id=_id(material, time, "granska", str(head.size)),
        title=text("%(count)s events are signed") % {"count": head.size},
        updated=time,
        page=material.page("granska"),
        event=material.place("checkpoint"),
        kind="checkpoint",
        text=head.note.partition("\n\n")[0],
    )
