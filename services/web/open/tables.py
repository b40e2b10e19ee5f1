"""The tables of the open data: what the views list, whole, with their public words opened and a word why others are not.

A table shows what its page shows and no more: private words never, taken-back and erased ones as withheld, single votes
only of ballots that are closed, figures of surveys only as released and with their card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from pydantic_core import to_json

from projections.projection import Rows
from projections.views import (
    ballots,
    bodies,
    commitments,
    corrections,
    decisions,
    definitions,
    inputs,
    matters,
    surveys,
)
from services.web.open.columns import Column, batches
from services.web.open.material import Material
from services.web.open.whole import every
from services.web.votes import is_published

Cells = Sequence[Any]


class WholeTable(NamedTuple):
    """A table by its Swedish name in addresses; its title in English and in Swedish."""

    name: str
    title: tuple[str, str]
    columns: Sequence[Column]
    rows: Callable[[Material], Iterator[Cells]]


# --- Cells --------------------------------------------------------------------------------------
def _texts(*names: str) -> list[Column]:
    return [Column(name) for name in names]


_RECORDED = (Column("position", "whole"), Column("recorded"), Column("occurred"))
_WORDS = (Column("text"), Column("withheld"))


def _recorded(moment: dict[str, Any] | None) -> Cells:
    return (None, None, None) if moment is None else (moment["position"], moment["time"], moment["occurred"])


def _words(reference: dict[str, Any] | None) -> Cells:
    return (None, None) if reference is None else (reference.get("text"), reference.get("withheld"))


def _opened(material: Material, items: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for batch in batches(items):
        yield from material.opened(batch)


def _plain(item: dict[str, Any], *names: str) -> Cells:
    return [item[name] for name in names]


# --- The tables ---------------------------------------------------------------------------------
_BODY = ("body", "kind", "name", "name_en", "parent", "status")


def _bodies(material: Material) -> Iterator[Cells]:
    found = bodies.bodies(material.rows)["bodies"]
    return (_plain(each, *_BODY) for each in found)


_MATTER = ("matter", "title", "body", "status")


def _matters(material: Material) -> Iterator[Cells]:
    for each in every(lambda page: matters.matters(material.rows, page), "matters"):
        yield [*_plain(each, *_MATTER), *_recorded(each["opened"])]


_INPUT = (
    *("input", "kind", "channel", "process", "matter", "author_kind", "language", "external_id", "status"),
    "merged_into",
)


def _inputs(material: Material) -> Iterator[Cells]:
    found = every(lambda page: inputs.inputs(material.rows, page), "inputs")
    for each in _opened(material, found):
        yield [*_plain(each, *_INPUT), *_words(each["latest"]["text"]), *_recorded(each["received"])]


_DECISION = ("decision", "matter", "body", "title", "force", "paragraph", "meeting_date", "status")


def _decisions(material: Material) -> Iterator[Cells]:
    for each in every(lambda page: decisions.decisions(material.rows, page, on=material.on), "decisions"):
        yield [*_plain(each, *_DECISION), *_recorded(each["recorded"])]


_LINE = ("input", "author_kind", "kind", "status", "code", "basis", "of_input")


def _dispositions(material: Material) -> Iterator[Cells]:
    rows = material.rows
    for decision in every(lambda page: decisions.decisions(rows, page, on=material.on), "decisions"):
        name = decision["decision"]
        lines = every(lambda page, name=name: decisions.trace(rows, name, page), "lines")  # type: ignore[misc]
        for each in _opened(material, lines):
            wording = each["disposition"] or {"text": None, "recorded": None}
            yield [name, *_plain(each, *_LINE), *_words(wording["text"]), *_recorded(wording["recorded"])]


_PROMISE = ("commitment", "owner", "due", "status", "days_late", "delivered_on", "evidenced")
_PROMISED = ("decision", "process", "input")


def _promises(material: Material) -> Iterator[Cells]:
    found = every(lambda page: commitments.commitments(material.rows, page, on=material.on), "commitments")
    for each in _opened(material, found):
        yield [
            *_plain(each, *_PROMISE),
            *_plain(each, *_PROMISED),
            *_words(each["text"]),
            *_recorded(each["made"]),
        ]


_BALLOT = ("ballot", "question", "rule", "process", "opens", "closes", "status", "definition")


def _ballots(material: Material) -> Iterator[Cells]:
    """Yield the ballots, those that are closed with their result."""
    rows = material.rows
    for each in every(lambda page: ballots.ballots(rows, page), "ballots"):
        name = each["ballot"]
        is_published = _is_published(rows, name) and _is_published(material.newest, name)
        counted = _counted(rows, name) if is_published else [None] * 4
        yield [*_plain(each, *_BALLOT), *counted, *_recorded(each["opened"])]


_COUNTS = ("votes_cast", "current_votes", "voters")
_NO_RESULT = frozenset({"position", "definition", "ballot", *_COUNTS, "invalidated", "exceeds_electorate", "curve"})


def _counted(rows: Rows, name: str) -> list[Any]:
    """Return how many voted and the result by the ballot's rule, as JSON."""
    shown = ballots.ballot(rows, name)
    assert shown is not None, "the list knows it"
    result = {member: value for member, value in shown.items() if member not in _NO_RESULT}
    return [*(shown[each]["value"] for each in _COUNTS), to_json(result).decode()]


_VOTE = ("voter", "statement", "standing", "choice")


def _votes(material: Material) -> Iterator[Cells]:
    """Yield the votes of closed ballots, judged by the record as it is now also for an earlier position."""
    rows = material.rows
    for ballot in every(lambda page: ballots.ballots(rows, page), "ballots"):
        name = ballot["ballot"]
        if not (_is_published(rows, name) and _is_published(material.newest, name)):
            continue
        for each in every(lambda page, name=name: ballots.votes(rows, name, page), "votes"):  # type: ignore[misc]
            marks = (
                to_json({"choices": each["choices"], "points": each["points"]}).decode() if each["choices"] else None
            )
            yield [name, *_plain(each, *_VOTE), marks, each["casts"], each["position"]]


def _is_published(rows: Rows, ballot: str) -> bool:
    found = ballots.ballot(rows, ballot)
    return found is not None and is_published(found["ballot"])


_TABLE = ("kind", "question", "index", "answer_code")
_CELL = ("group", "value", "count", "n", "numerator", "denominator")


def _releases(material: Material) -> Iterator[Cells]:
    """Yield the cells of what was released and not retracted, each with its card and response; without a card none."""
    for listed in every(lambda page: surveys.surveys(material.rows, page), "surveys"):
        shown = surveys.survey(material.rows, listed["survey"], on=material.on)
        for release in () if shown is None else shown["releases"]:
            if release["retracted"] is not None or release["quality"] is None:
                continue
            quality = release["quality"]
            stated = [listed["survey"], release["release"], release["origin"], quality["card"], quality["percent"]]
            for number, table in enumerate(release["tables"], 1):
                for cell in table["cells"]:
                    named = [_text(table.get(name)) for name in _TABLE]
                    values = [_text(cell.get(name)) for name in _CELL]
                    limits = cell["bounds"] or {"low": None, "high": None}
                    bounds = [limits["low"], limits["high"]]
                    yield [*map(_text, stated), number, *named, *values, *bounds, release["recorded"]["position"]]


def _text(value: Any) -> str | None:
    """Return a released value as it was released: exact, and never as a rounded number."""
    return value if value is None or isinstance(value, str) else to_json(value).decode()


_CORRECTION = ("correction", "tag", "topic", "pointer", "was", "becomes", "by_role")


def _corrections(material: Material) -> Iterator[Cells]:
    found = every(lambda page: corrections.corrections(material.rows, page), "corrections")
    for each in _opened(material, found):
        cells = [_text(each[name]) for name in _CORRECTION]
        yield [*cells, each["withheld"], each["position"], *_words(each["reason"]), *_recorded(each["recorded"])]


def _definitions(material: Material) -> Iterator[Cells]:
    for each in definitions.definitions(material.rows)["definitions"]:
        yield _plain(each, "name", "version", "sha256", "text")


_TABLES = (
    WholeTable("namnder", ("Bodies", "Nämnder och enheter"), _texts(*_BODY), _bodies),
    WholeTable("arenden", ("Matters", "Ärenden"), [*_texts(*_MATTER), *_RECORDED], _matters),
    WholeTable(
        "forslag", ("Inputs from people", "Synpunkter och förslag"), [*_texts(*_INPUT), *_WORDS, *_RECORDED], _inputs
    ),
    WholeTable("beslut", ("Decisions", "Beslut"), [*_texts(*_DECISION), *_RECORDED], _decisions),
    WholeTable(
        "besvaranden",
        ("What decisions did with each input", "Vad besluten gjorde med varje synpunkt"),
        [*_texts("decision", *_LINE), *_WORDS, *_RECORDED],
        _dispositions,
    ),
    WholeTable(
        "loften",
        ("Promises", "Löften"),
        [
            *_texts(*_PROMISE[:4]),
            *(Column("days_late", "whole"), Column("delivered_on"), Column("evidenced", "truth")),
            *(*_texts(*_PROMISED), *_WORDS, *_RECORDED),
        ],
        _promises,
    ),
    WholeTable(
        "omrostningar",
        ("Ballots", "Omröstningar"),
        [
            *_texts(*_BALLOT),
            *(Column(each, "whole") for each in _COUNTS),
            *(Column("result"), *_RECORDED),
        ],
        _ballots,
    ),
    WholeTable(
        "roster",
        ("Votes of closed ballots, by pseudonym", "Röster i stängda omröstningar, med pseudonym"),
        [
            *_texts("ballot", "voter", "statement"),
            *(Column("standing", "truth"), Column("choice"), Column("choices")),
            *(Column("casts", "whole"), Column("position", "whole")),
        ],
        _votes,
    ),
    WholeTable(
        "enkatresultat",
        ("Released survey figures", "Publicerade enkätresultat"),
        [
            *_texts("survey", "release", "origin", "card", "response_percent"),
            *(
                Column("table", "whole"),
                *_texts(*_TABLE, *_CELL, "bound_low", "bound_high"),
                Column("position", "whole"),
            ),
        ],
        _releases,
    ),
    WholeTable(
        "rattelser",
        ("Corrections", "Rättelser"),
        [*_texts(*_CORRECTION, "value_withheld"), Column("corrected_position", "whole"), *_WORDS, *_RECORDED],
        _corrections,
    ),
    WholeTable(
        "definitioner",
        ("Definitions of figures", "Definitioner av siffror"),
        [Column("name"), Column("version", "whole"), Column("sha256"), Column("text")],
        _definitions,
    ),
)
TABLES = {table.name: table for table in _TABLES}
"""Every table, by its name."""
