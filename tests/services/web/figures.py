"""Holds one page at one moment: its numbers against its twins, the gRPC answer, and the lists that its links lead to."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from html import unescape
from inspect import signature
from typing import Any
from urllib.parse import parse_qs, urlsplit

from google.protobuf.json_format import MessageToDict

from services.bootstrap import Parts
from services.rpc.catalogue import message_class, methods
from services.rpc.refusals import ViewUnknown
from services.rpc.transparency import SERVICE, VIEWS, Asked
from services.web.language import ZONE
from tests.services.web.asgi import Face, twin
from tests.services.web.numbers import Number, dates, leaves, numbers, pieces, values

OK, MISSING = 200, 404
REQUESTS = {
    each.descriptor.name: each.descriptor.input_type
    for path, each in methods().items()
    if path.startswith(f"/{SERVICE}/")
}
ANSWERS = {
    each.descriptor.name: each.descriptor.output_type
    for path, each in methods().items()
    if path.startswith(f"/{SERVICE}/")
}
VIEW_OF = {
    r"/beslut/(?P<decision>[^/]+)": "GetDecision",
    r"/svarstider": "GetAnswerTimes",
    r"/omrostningar/(?P<ballot>[^/]+)": "GetBallot",
    r"/enkater/(?P<survey>[^/]+)": "GetSurvey",
    r"/namnd/(?P<body>[^/]+)": "GetBody",
    r"/process/(?P<process>[^/]+)": "GetProcess",
    r"/arende/(?P<matter>[^/]+)": "GetMatter",
    r"/forslag/(?P<input>[^/]+)": "GetInput",
    r"/index/(?P<indicator>[^/]+)": "GetIndicator",
    r"/program/(?P<programme>[^/]+)": "GetProgramme",
    r"/sammantrade/(?P<meeting>[^/]+)": "GetMeeting",
    r"/handling/(?P<document>[^/]+)": "GetDocument",
    r"/rattelser": "ListCorrections",
}
"""The view that a page shows, by the page's path."""

LISTS = ("/handelser", "/forslag", "/loften", "/beslut")
"""Pages that list what a number counts, and say how many it is."""

STATUTES = re.compile(r"/(tillganglighet|personuppgifter|definitioner)")
"""Pages that quote statutes, standards and definitions, whose numbers are words."""

SAID_OF_THEMSELVES = re.compile(r"/(forslag|handelser|sok|beslut|definitioner/.*)$")
"""Pages whose opening sentence counts the list below it: that list is what is behind the number."""


# --- gRPC ---------------------------------------------------------------------------------------
def agree(parts: Parts, position: int, rpc: str, **fields: str) -> dict[str, Any]:
    """Return the gRPC answer of a view at a position, as a dictionary; empty where there is none."""
    request = message_class(REQUESTS[rpc])(ledger=parts.settings.ledger, at_position=position, **fields)
    asked = Asked(request, judged="on" in signature(VIEWS[rpc]).parameters)
    with parts.rows(position) as rows:
        try:
            answer = asked.answered(VIEWS[rpc], rows, message_class(ANSWERS[rpc]))
        except ViewUnknown:
            return {}
    return MessageToDict(answer, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


def differences(page: Any, answer: Any, place: str = "") -> Iterator[str]:
    """Yield where a page's JSON and a gRPC answer have another number for the same member."""
    if isinstance(page, dict) and isinstance(answer, dict):
        for name in page.keys() & answer.keys():
            yield from differences(page[name], answer[name], f"{place}/{name}")
    elif isinstance(page, list) and isinstance(answer, list):
        page, answer = _ordered(page), _ordered(answer)
        if len(page) != len(answer):
            yield f"{place}: {len(page)} and {len(answer)} items"
        for number, pair in enumerate(zip(page, answer, strict=False)):
            yield from differences(*pair, f"{place}/{number}")
    elif isinstance(page, int) and not isinstance(page, bool) and page != int(answer or 0):
        yield f"{place}: {page} and {answer}"


HOLDING_MANY = ("programme-adopted",)
"""Types of events that each hold many of what a figure counts, such as goals."""

KEYS = ("question", "statement", "option", "decision", "input", "commitment", "assignment", "item")


def _ordered(items: list[Any]) -> list[Any]:
    """Return items by their id, where they have one: a page may order them otherwise."""
    key = next((key for key in KEYS if items and all(isinstance(each, dict) and key in each for each in items)), None)
    return items if key is None else sorted(items, key=lambda each: (str(each[key]), str(each.get("position", ""))))


# --- One page -----------------------------------------------------------------------------------
async def check_page(ask: Face, address: str) -> int:
    """Hold a page against its twins and the lists behind it; return how many numbers it shows. Nothing, where it is not."""
    said = await ask(address)
    if said.status != OK:
        assert said.status == MISSING, (address, said.status)
        assert (await ask(twin(address, "json"))).status == MISSING, address
        return 0
    shown = await ask.json(address)
    found = list(numbers(said.text))
    own = values(shown) | shares(shown) | sums(shown)
    if STATUTES.match(address):
        own |= {each.value for each in found}
    strange = [each for each in found if each.value not in own]
    assert not strange, f"{address} shows what its JSON does not have: " + "; ".join(map(str, strange))
    _assert_lead(address, said.text, found)
    _assert_dates(address, said.text, shown)
    await _assert_csv(ask, address, shown)
    other = await ask("/en" + address)
    assert other.status == OK
    told, english = Counter(each.value for each in found), Counter(each.value for each in numbers(other.text, "en"))
    # The kinds of events are described in words, which may have a number in one language alone.
    assert told == english or "/handelser" in address, (
        f"{address} has other numbers in English: {told - english} and {english - told}: {[str(n) for n in found if n.value in told - english]}"
    )
    await _assert_links(ask, address, found)
    _assert_view(ask, address, shown)
    return len(found)


def shares(shown: Any) -> set[Decimal]:
    """Return what may be written as a percentage: shares, and quotients of counts that stand together."""
    found: set[Decimal] = set()
    if isinstance(shown, list):
        return found.union(*map(shares, shown))
    if not isinstance(shown, dict):
        return found
    counts = [each for each in leaves(shown) if isinstance(each, int) and not isinstance(each, bool) and each >= 0]
    wholes = {
        shown[name] for name in ("denominator", "inputs", "all") if isinstance(shown.get(name), int) and shown[name]
    }
    if isinstance(shown.get("public"), dict) and shown["public"].get("value"):
        wholes.add(shown["public"]["value"])
    for whole in wholes:
        for count in counts:
            found |= _percent(Decimal(count) / Decimal(whole))
    for leaf in leaves(shown):
        if isinstance(leaf, str) and re.fullmatch(r"-?\d+\.\d+", leaf):
            found |= _percent(Decimal(leaf))
    return found.union(*map(shares, shown.values()))


def sums(shown: Any) -> set[Decimal]:
    """Return the sums over the streams of a decision's flow, which its table has beside them."""
    found: Counter[tuple[Any, ...]] = Counter()
    for each in shown.get("flow", []):
        for about in (("channel",), ("theme", "kind"), ("outcome",), ("channel", "theme", "kind")):
            found[(about, *(each[name] for name in about))] += each["count"]
    return {Decimal(each) for each in found.values()}


def _percent(share: Decimal) -> set[Decimal]:
    return {(share * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN) for places in (0, 1)}


def _assert_lead(address: str, html: str, found: list[Number]) -> None:
    """Every number of the opening sentence leads to what it counts."""
    if SAID_OF_THEMSELVES.search(address.partition("?")[0]):
        return
    leads = {id(piece) for piece in pieces(html)}
    assert leads
    for each in found:
        if each.in_lead:
            assert each.link, f"{address}: {each} leads nowhere"


def _assert_dates(address: str, html: str, shown: Any) -> None:
    """Every day that a page names is in its JSON, in Swedish time."""
    texts = [leaf for leaf in leaves(shown) if isinstance(leaf, str)]
    days = {part for text in texts for part in _days(text)}
    wrong = {day for day in dates(html) if not any(each.startswith(day) for each in days)}
    asked = "".join(parse_qs(urlsplit(address).query).get("asof", []))
    assert wrong <= {asked}, f"{address} names days that its JSON does not have: {wrong}"


def _days(text: str) -> Iterator[str]:
    for part in text.split("/"):
        yield part.rstrip("?~%")
        if "T" in part:
            try:
                yield datetime.fromisoformat(part).astimezone(ZONE).date().isoformat()
            except ValueError:
                continue


async def _assert_csv(ask: Face, address: str, shown: Any) -> None:
    """Every number of the CSV twin is in the JSON twin, where there is a CSV."""
    said = await ask(twin(address, "csv"))
    if said.status != OK:
        return
    own = values(shown)
    header, *rows = list(csv.reader(io.StringIO(said.text)))
    for row in rows:
        assert len(row) == len(header), address
        for cell in row:
            try:
                assert not re.fullmatch(r"-?\d+(\.\d+)?", cell) or Decimal(cell) in own, (address, row)
            except InvalidOperation:
                continue


async def _assert_links(ask: Face, address: str, found: list[Number]) -> None:
    """A number that alone is the text of a link to a list is how many the list has."""
    behind: dict[str, list[Number]] = {}
    for each in found:
        if each.link and urlsplit(unescape(each.link)).path in LISTS and not each.is_percent:
            behind.setdefault(unescape(each.link), []).append(each)
    for link, members in behind.items():
        if len({each.value for each in members}) == 1 and members[0].is_count and is_list(link):
            listed = await ask.json(link)
            count = listed.get("count", listed.get("found"))
            asked_after = parse_qs(urlsplit(link).query).get("after", ["0"])[0]
            if count is not None and not listed.get("types"):
                count -= int(asked_after)
            if urlsplit(link).path == "/loften":
                count = len(listed["promises"])
            assert members[0].value == count, f"{address}: {members[0]}, but the list has {count}"


def is_list(link: str) -> bool:
    """Tell whether a link lists what a number counts one by one: events of several types make a number otherwise."""
    asked = parse_qs(urlsplit(link).query)
    types = asked.get("typ", [""])[0]
    return "," not in types and types not in HOLDING_MANY and (bool(types) or "tagg" not in asked)


def _assert_view(ask: Face, address: str, shown: Any) -> None:
    """What the page shows of a view is what gRPC answers."""
    split = urlsplit(address)
    position = parse_qs(split.query).get("at", [""])[0]
    for pattern, rpc in VIEW_OF.items():
        matched = re.fullmatch(pattern, split.path)
        if matched and position and set(parse_qs(split.query)) == {"at"}:
            answer = agree(ask.parts, int(position), rpc, **matched.groupdict())
            wrong = list(differences(shown, answer))
            assert answer and not wrong, f"{address} and {rpc} differ: {wrong[:5]}"
