"""Surveys as three tables: what is known of the survey, what was asked, what was answered.

    frame.csv          field,code,value: one fact a row; see FIELDS, LISTS
    questionnaire.csv  question,text and, where they apply, version,language,kind,minimum,maximum,options,choices_max,
                       role,factor,split,indicator,changed_from,comparable; several languages are several rows
    answers.csv        respondent,mode,complete, a column for each question, background.NAME, version.QUESTION

Options are written `yes:Ja;no:Nej;*none:Vet ej`; the star marks one that counts as no answer. Several ticked codes
are joined by `;`. An empty cell is a question left out. A respondent's id in the file is kept nowhere: the ledger's
pseudonym is made of it under a secret key.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from pydantic import ValidationError

from ledger.messages import Command, Rejection, StatedSource, Submission
from ledger.surveys.commands import (
    CloseFieldwork,
    DrawSample,
    PlanSurvey,
    ReceiveAnswer,
    SendInvitations,
    StateDispositions,
    VersionQuestion,
)
from ledger.surveys.events import ScaleKind, SurveyDesign
from services.imports.loading import Item
from services.imports.tables import ImportBroken, Table, read_header, read_table

ACTOR = "channel:import"
FRAME, QUESTIONNAIRE, ANSWERS, MARGINS = "frame.csv", "questionnaire.csv", "answers.csv", "margins.csv"

FIELDS = (
    *(
        "survey",
        "title",
        "commissioner",
        "conductor",
        "purpose",
        "population",
        "design",
        "incentive",
        "process",
        "matter",
    ),
    *("frame", "frame_date", "frame_size", "sample_size", "invitation_mode", "fieldwork", "known_limits", "raw_data"),
    *("weights", "no_series_breaks", "margin_source", "trimming"),
)
"""Facts that stand once; `code` is empty."""

LISTS = ("mode", "language", "stratum", "stratum_sample", "reminder", "disposition", "attrition", "series_break")
"""Facts that may stand several times: `code` names which, `value` says how many or what. Also margin.VARIABLE."""

MARGIN, BACKGROUND, VERSION = "margin.", "background.", "version."
REQUIRED = ("survey", "title", "commissioner", "population", "design")
OPTIONAL = ("version", "language", "kind", "minimum", "maximum", "options", "choices_max", "role", "factor", "split",
            "indicator", "changed_from", "comparable")  # fmt: skip
OWN = ("respondent", "mode", "complete")
YES = {"yes", "1", "true", "ja"}

C = TypeVar("C", bound=Command)
Secret = Callable[[bytes], bytes]
"""Returns 16 bytes that nobody without the ledger's key can make of the same content."""


class Facts(NamedTuple):
    """What frame.csv says: single facts, and lists of (code, value) in the order of the file."""

    single: Mapping[str, str]
    listed: Mapping[str, list[tuple[str, str]]]

    def margins(self) -> list[dict[str, Any]]:
        """Return the margins of the population."""
        source = self.single.get("margin_source", self.single.get("frame", FRAME))
        return [
            {
                "variable": name.removeprefix(MARGIN),
                "source": source,
                "cells": [{"code": code, "count": count} for code, count in cells],
            }
            for name, cells in self.listed.items()
            if name.startswith(MARGIN)
        ]


class Source(NamedTuple):
    """A whole import, read and checked as far as the files alone allow."""

    facts: Facts
    questions: tuple[VersionQuestion, ...]
    answers: Table
    columns: tuple[str, ...]

    @property
    def survey(self) -> str:
        return self.facts.single["survey"]


def read_survey(folder: Path) -> Source:
    """Return the three tables of a folder, read whole. Raises ImportBroken."""
    facts = _facts(read_table(folder, FRAME, ("field", "code", "value")))
    questions = tuple(_questions(folder, facts))
    columns = read_header(folder, ANSWERS)
    _check_columns(columns, {each.question for each in questions})
    return Source(facts, questions, read_table(folder, ANSWERS, columns), columns)


def read_margins(folder: Path) -> list[dict[str, Any]]:
    """Return the margins of a folder's margins.csv (variable,code,count,source). Raises ImportBroken."""
    margins: dict[str, dict[str, Any]] = {}
    for variable, code, number, source in read_table(folder, MARGINS, ("variable", "code", "count", "source")).rows:
        margin = margins.setdefault(variable, {"variable": variable, "source": source, "cells": []})
        margin["cells"].append({"code": code, "count": number})
    return list(margins.values())


# --- frame.csv ----------------------------------------------------------------------------------
def _facts(table: Table) -> Facts:
    single: dict[str, str] = {}
    listed: dict[str, list[tuple[str, str]]] = {}
    for row, (name, code, value) in enumerate(table.rows):
        if name in FIELDS and name not in single and not code:
            single[name] = value
        elif name in LISTS or name.startswith(MARGIN):
            listed.setdefault(name, []).append((code, value))
        else:
            raise table.broken(row, f"{name!r} is no field, or stands twice, or has a code; see the user guide")
    if absent := [name for name in REQUIRED if name not in single]:
        raise ImportBroken(f"{table.name} does not say {absent[0]}; add a row {absent[0]},,VALUE")
    return Facts({name: value for name, value in single.items() if value}, listed)


# --- questionnaire.csv --------------------------------------------------------------------------
def _questions(folder: Path, facts: Facts) -> Iterator[VersionQuestion]:
    header = read_header(folder, QUESTIONNAIRE)
    columns = ("question", "text", *(name for name in OPTIONAL if name in header))
    table = read_table(folder, QUESTIONNAIRE, columns)
    asked: dict[tuple[str, str], dict[str, Any]] = {}
    lines: dict[tuple[str, str], int] = {}
    for row, cells in enumerate(table.rows):
        said = {name: cell for name, cell in zip(columns, cells, strict=True) if cell}
        place = said.get("question", ""), said.get("version", "1")
        wording = {"language": said.get("language", "und"), "text": said.get("text", "")}
        if place in asked:
            asked[place]["wordings"].append(wording)
            continue
        lines[place] = row
        asked[place] = _question(said, facts, len(asked) + 1) | {"wordings": [wording]}
    for place, fields in asked.items():
        yield _made(VersionQuestion, fields, partial(table.broken, lines[place]))


def _question(said: Mapping[str, str], facts: Facts, order: int) -> dict[str, Any]:
    plain = ("question", "role", "factor", "split", "indicator")
    fields: dict[str, Any] = {name: said[name] for name in plain if name in said}
    scale: dict[str, Any] = {"kind": said.get("kind", "number" if "minimum" in said else "text")}
    scale |= {name: said[name] for name in ("minimum", "maximum", "choices_max") if name in said}
    scale["options"] = [_option(each) for each in said.get("options", "").split(";") if each]
    if "changed_from" in said:
        names = ("survey", "question", "question_version")
        fields["changed_from"] = dict(zip(names, said["changed_from"].split("/"), strict=False))
    if "comparable" in said:
        fields["comparable"] = said["comparable"].lower() in YES
    return fields | {"survey": facts.single["survey"], "order": order, "scale": scale}


def _option(written: str) -> dict[str, Any]:
    code, _, label = written.partition(":")
    return {"code": code.removeprefix("*"), "label": label or code, "missing": code.startswith("*")}


# --- answers.csv --------------------------------------------------------------------------------
def _check_columns(columns: Iterable[str], questions: set[str]) -> None:
    for name in columns:
        asked = name.removeprefix(VERSION) if name.startswith(VERSION) else name
        if name not in OWN and not name.startswith(BACKGROUND) and asked not in questions:
            raise ImportBroken(
                f"{ANSWERS}, line 1: the column {name!r} is no question of {QUESTIONNAIRE}; "
                f"name a background variable {BACKGROUND}{name}"
            )


def answers(source: Source, secret: Secret) -> Iterator[tuple[ReceiveAnswer, int, tuple[str, ...]]]:
    """Yield every answer as a command, with its line and the row as it stands there. Raises ImportBroken."""
    kinds = {each.question: each for each in source.questions}
    common = _common(source)
    for row, cells in enumerate(source.answers.rows):
        said = {name: cell for name, cell in zip(source.columns, cells, strict=True) if cell}
        given = [_given(kinds[name], cell, said) for name, cell in said.items() if name in kinds]
        fields = common | {
            "survey": source.survey,
            "respondent": _pseudonym(source.survey, said.get("respondent", ""), secret),
            "answers": given,
            "background": [
                {"variable": name.removeprefix(BACKGROUND), "code": cell}
                for name, cell in said.items()
                if name.startswith(BACKGROUND)
            ],
            "mode": said.get("mode", "unknown"),
            "complete": said.get("complete", "yes").lower() in YES,
        }
        yield _made(ReceiveAnswer, fields, partial(source.answers.broken, row)), source.answers.lines[row], cells


def _given(question: VersionQuestion, cell: str, said: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"question": question.question}
    if VERSION + question.question in said:
        fields["question_version"] = said[VERSION + question.question]
    match question.scale.kind:
        case ScaleKind.TEXT:
            return fields | {"text": cell}
        case ScaleKind.NUMBER if cell.removeprefix("-").isdecimal():
            return fields | {"number": cell}
    return fields | {"codes": cell.split(";")}


def _pseudonym(survey: str, respondent: str, secret: Secret) -> str:
    digest = secret(f"respondent\x1f{survey}\x1f{respondent}".encode())
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() if respondent else ""


# --- As submissions -----------------------------------------------------------------------------
def phases(source: Source, secret: Secret) -> tuple[Iterable[Item], ...]:
    """Return what is recorded of the survey up to the close: its setting, its answers, what became of the sample."""

    def item(command: Command, file: str, line: int, *content: str) -> Item:
        key = "\x1f".join(("survey", source.survey, file, type(command).__name__, *content))
        return Item(Submission(command, UUID(bytes=secret(key.encode())), ACTOR), file, line)

    def setting() -> Iterator[Item]:
        for number, command in enumerate(_setting(source)):
            yield item(command, FRAME, 0, str(number))

    def answered() -> Iterator[Item]:
        for command, line, cells in answers(source, secret):
            yield item(command, ANSWERS, line, *cells)

    def closing() -> Iterator[Item]:
        for command in _closing(source):
            yield item(command, FRAME, 0)

    return setting(), answered(), closing()


def _common(source: Source) -> dict[str, Any]:
    fieldwork = source.facts.single.get("fieldwork")
    stated = StatedSource(basis="import", external_id=source.survey)
    return {"source": stated} if fieldwork is None else {"source": stated, "occurred": fieldwork}


def _setting(source: Source) -> Iterator[Command]:
    yield _plan(source)
    common = _common(source)
    yield from (each.model_copy(update=common) for each in source.questions)
    facts, listed = source.facts.single, source.facts.listed
    size, mode = facts.get("sample_size"), facts.get("invitation_mode", "unknown")
    is_open = facts["design"] == SurveyDesign.OPEN
    if size is not None and not is_open:
        strata = [{"stratum": code, "size": value} for code, value in listed.get("stratum_sample", [])]
        yield _checked(DrawSample, common | {"survey": source.survey, "size": size, "by_stratum": strata})
    yield _checked(
        SendInvitations, common | {"survey": source.survey, "count": None if is_open else size, "mode": mode}
    )
    for code, value in listed.get("reminder", []):
        yield _checked(SendInvitations, common | {"survey": source.survey, "count": value, "mode": code})


def _plan(source: Source) -> PlanSurvey:
    facts, listed = source.facts.single, source.facts.listed
    names = ("survey", "title", "commissioner", "conductor", "purpose", "population", "design", "incentive",
             "process", "matter")  # fmt: skip
    fields: dict[str, Any] = {name: facts[name] for name in names if name in facts}
    if "frame" in facts:
        fields["frame"] = {"source": facts["frame"], "date": facts.get("frame_date"), "size": facts.get("frame_size")}
    fields["strata"] = [
        {"stratum": code, "label": code, "size": value or None} for code, value in listed.get("stratum", [])
    ]
    fields["modes"] = [value or code for code, value in listed.get("mode", [])]
    fields["languages"] = [value or code for code, value in listed.get("language", [])]
    return _checked(PlanSurvey, _common(source) | fields)


def _closing(source: Source) -> Iterator[Command]:
    listed, common = source.facts.listed, _common(source) | {"survey": source.survey}
    yield _checked(CloseFieldwork, common)
    cases = dict(listed.get("disposition", []))
    steps = [{"label": code, "count": value} for code, value in listed.get("attrition", [])]
    if cases or steps:
        yield _checked(StateDispositions, common | {"dispositions": cases, "attrition": steps})


def count(source: Source) -> int:
    """Return how many items there are at least."""
    return len(source.questions) + len(source.answers.rows) + 3


def benign(item: Item, rejection: Rejection) -> bool:
    """Tell whether a rejection says that nothing is left to do; the request ids see to repeats."""
    return False


def _checked(kind: type[C], fields: Mapping[str, Any]) -> C:
    return _made(kind, fields, lambda what: ImportBroken(f"{FRAME}: {what}"))


def _made(kind: type[C], fields: Mapping[str, Any], broken: Callable[[str], ImportBroken]) -> C:
    """Return a command, or raise the complaint that names the field."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or kind.__name__
        raise broken(f"{place}: {first['msg'].removeprefix('Value error, ')}") from None
