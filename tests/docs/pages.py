"""The pages of docs/reference that come from the domain and its contract."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from string import Formatter

from pydantic import BaseModel

import services.cli.doing
from ledger.entries import type_of
from ledger.messages import Command, Event, Rejection, Slice
from projections.catalogue import NOT_PROJECTED, PROJECTIONS
from services.bootstrap import SLICES
from services.cli.doing import kebab
from services.client.outcomes import CODES
from services.rpc.errors import MEANINGS, Meaning, status_of
from tests.docs.contract import comments, rpcs
from tests.docs.fields import Taken, aliases, fields_of, limits, modules, nested
from tests.events import example

GENERATED = "<!-- Written by `make docs` from the code; change the code, not this page. -->"

BASE = ("occurred", "source")
"""The fields that every command and every event has."""

UNSAID = {
    "Clauses": "Short statements, one line each.",
    "Codes": "Codes from a register, none of them twice.",
    "Date": "A day of the calendar, such as 2015-12-14 (ISO 8601).",
    "Instant": "An instant in UTC, such as 2026-03-01T08:00:00Z (RFC 3339).",
    "Sha256Hex": "A SHA-256 in 64 lower-case hex digits.",
    "Version": "The number of a version of an input's text, counted from 1.",
}
"""Named types whose modules say nothing of them."""


def page(title: str, *parts: str) -> str:
    """Return a whole page."""
    return "\n\n".join([f"# {title}", GENERATED, *parts]) + "\n"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; whatever would end a cell is written otherwise."""
    names = list(header)
    lines = [_row(names), "|" + " --- |" * len(names), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    # A bar would end the cell, also between backticks.
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def sentence(kind: type) -> str:
    """Return the docstring of a class as paragraphs of one line each."""
    text = inspect.cleandoc(kind.__doc__ or "")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


# --- Commands -------------------------------------------------------------------------------------
def commands() -> str:
    """Return the page of commands, by subject."""
    types = [(f"`{each.name}`", each.meaning or UNSAID[each.name], limits(each)) for each in aliases()]
    return page(
        "Commands",
        "What may be asked, by subject. On the command line a command is `liggare do NAME --json '{…}'`, over gRPC it is "
        "the rpc of its name; both take the fields below. Every command also takes `occurred` (when it occurred, EDTF, where "
        "that differs from now) and `source` (where the fact is known from), and a `request_id`, a UUID of the caller's "
        "choice: the same id again with the same content answers the first receipt, for ever.",
        "What a field takes is named by these types:",
        table(("type", "meaning", "limits"), types),
        *(part for each in SLICES for part in _commands_of(each)),
        "## Parts",
        *(part for each in _parts(kind for each in SLICES for kind in each.commands) for part in _part(each)),
    )


def _commands_of(each: Slice) -> Iterator[str]:
    yield f"## {each.name.capitalize()}"
    by_name = {rpc.name: rpc for rpc in rpcs()}
    for kind in each.commands:
        rpc = by_name[kind.__name__]
        yield f"### {kind.__name__}"
        yield sentence(kind)
        yield f"`liggare do {kebab(kind.__name__)}` · rpc `{rpc.service}/{rpc.name}` · scope `{rpc.scope}`"
        yield _fields(fields_of(kind, BASE), f"participation.ledger.v1.{kind.__name__}Request")


def _fields(fields: Iterable[Taken], message: str) -> str:
    rows = [
        (f"`{each.name}`", each.takes, each.needed, comments().get(f"{message}.{each.name}", "")) for each in fields
    ]
    return table(("field", "takes", "needed", "meaning"), rows)


def _parts(kinds: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    """Return the models within commands or events, each once, by name; two of one name by their modules."""
    found = {part for kind in kinds for part in nested(kind)}
    return sorted(found, key=lambda part: (part.__name__, part.__module__))


def _part(kind: type[BaseModel]) -> Iterator[str]:
    yield f"### {kind.__name__}"
    yield sentence(kind)
    yield table(("field", "takes", "needed"), [(f"`{each.name}`", each.takes, each.needed) for each in fields_of(kind)])


# --- Events ---------------------------------------------------------------------------------------
def events() -> str:
    """Return the page of events, by subject."""
    return page(
        "Events",
        "What is recorded, for ever, by subject: the `type` of the entry, the fields in its `data`, its tags and the read "
        "models that show it. Absent fields are left out of an entry. A sealed field holds a commitment; its words lie "
        "beside the entry (see [the record format](../record-format.md)). Every event may also have `occurred` and `source`. "
        "Each version of each type is pinned byte for byte under `tests/golden/`.",
        *(part for each in SLICES for kind in each.events for part in _event(each, kind)),
        "## Parts",
        *(part for each in _parts(kind for each in SLICES for kind in each.events) for part in _part(each)),
    )


def _event(each: Slice, kind: type[Event]) -> Iterator[str]:
    if kind is each.events[0]:
        yield f"## {each.name.capitalize()}"
    yield f"### {type_of(kind)}"
    yield sentence(kind)
    shown = [f"`{projection.name}`" for projection in PROJECTIONS if kind in projection.types]
    where = ", ".join(shown) if shown else f"none: {NOT_PROJECTED[kind]}"
    tags = ", ".join(f"`{_pattern(tag)}`" for tag in example(kind).tags())
    yield f"Class `{kind.__name__}` · tags {tags} · read models {where}"
    rows = [(f"`{field.name}`", field.takes, field.needed) for field in fields_of(kind, BASE)]
    yield table(("field", "holds", "always there"), rows)


def _pattern(tag: str) -> str:
    """Return the tag of the example, whose ids are the names of their fields, as a pattern."""
    parts = [part.partition(":") for part in tag.split("|")]
    return "|".join(f"{name}:{{{value.replace('-', '_')}}}" for name, _, value in parts)


# --- Rpcs -----------------------------------------------------------------------------------------
def rpcs_page() -> str:
    """Return the page of services and their methods."""
    names = list(dict.fromkeys(rpc.service for rpc in rpcs()))
    return page(
        "Services and their methods",
        "Fields of requests and answers are described in the protos under `protos/`, and those of commands also under "
        "[commands](commands.md). Besides these a server offers `grpc.health.v1.Health` and reflection (v1alpha).",
        *(part for name in names for part in _service(name)),
    )


def _service(name: str) -> Iterator[str]:
    yield f"## {name}"
    yield comments()[name]
    rows = [
        (f"`{rpc.name}`", f"`{rpc.asked}` → `{rpc.answered}`", f"`{rpc.scope}`", rpc.meaning)
        for rpc in rpcs()
        if rpc.service == name
    ]
    yield table(("method", "messages", "scope", "meaning"), rows)


# --- Errors ---------------------------------------------------------------------------------------
def rejections() -> list[type[Rejection]]:
    """Return every rejection of the product, by module and in the order in which each is written."""
    modules()
    found: list[type[Rejection]] = []
    waiting = list(Rejection.__subclasses__())
    while waiting:
        kind = waiting.pop(0)
        waiting += kind.__subclasses__()
        if kind.__module__.partition(".")[0] in {"ledger", "projections", "services"}:
            found.append(kind)
    return sorted(found, key=lambda kind: (subject_of(kind), kind.reason))


def subject_of(kind: type[Rejection]) -> str:
    """Return the heading under which a rejection stands."""
    parts = kind.__module__.split(".")
    if parts[0] == "services":
        return "the gRPC face"
    names = {each.name for each in SLICES}
    return parts[1] if parts[1] in names else "any command"


def errors() -> str:
    """Return the page of reasons: every no there is, and every reason to ask again."""
    subjects = list(dict.fromkeys(subject_of(kind) for kind in rejections()))
    return page(
        "Reasons",
        "Every refusal has a reason in UPPER_SNAKE that lasts, a sentence in English and one in Swedish, and its dynamic "
        "values as metadata. Over gRPC it is a `google.rpc.Status` with `ErrorInfo` (domain `liggare`), `LocalizedMessage` "
        "and, where fields are wrong, `BadRequest`; on the command line it stands under `error`. Nothing is recorded for a "
        "refused command.",
        *(part for subject in subjects for part in _rejections(subject)),
        "## What befalls a call",
        "Not a rule's no. Where seconds are given (`RetryInfo`), send the same request id again after them.",
        table(("reason", "status", "again after", "English", "Svenska"), map(_meaning, _meanings())),
        "`INTERNAL` with an `error_id` is an error of the server's own: report it with the id. Sending the same request id "
        "again is safe.",
        "## On the command line alone",
        "Why a line of `liggare do` could not be read: " + ", ".join(f"`{each}`" for each in unusable_reasons()) + ".",
    )


def _rejections(subject: str) -> Iterator[str]:
    yield f"## {subject.capitalize() if ' ' not in subject else subject[0].upper() + subject[1:]}"
    rows = [_rejection(kind) for kind in rejections() if subject_of(kind) == subject]
    yield table(("reason", "status", "English", "Svenska"), rows)


def _rejection(kind: type[Rejection]) -> tuple[str, ...]:
    """Return what a caller sees of a rejection: its dynamic values as placeholders, the status as gRPC answers it."""
    names = [name for _, name, _, _ in Formatter().parse(kind.__doc__ or "") if name]
    given = kind(**{name: f"{{{name}}}" for name in names})
    code = CODES[status_of(given).code].name
    return f"`{kind.reason}`", code, " ".join(str(given).split()), given.message_sv


def _meanings() -> list[Meaning]:
    return sorted({each.reason: each for each in MEANINGS.values()}.values(), key=lambda each: each.reason)


def _meaning(each: Meaning) -> tuple[str, ...]:
    again = "" if each.retry is None else f"{each.retry:g} s"
    return f"`{each.reason}`", each.code.name, again, each.en, each.sv


def unusable_reasons() -> list[str]:
    """Return the reasons that `liggare do` gives by itself, found in its source."""
    tree = ast.parse(inspect.getsource(services.cli.doing))
    return sorted(
        {
            str(node.args[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Unusable"
            if isinstance(node.args[0], ast.Constant)
        }
    )


def all_commands() -> list[type[Command]]:
    """Return every command class of the product."""
    return [kind for each in SLICES for kind in each.commands]
