"""A survey: its card first, then each question word by word with its figures, bounds and what was hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections.inputs import INPUTS
from projections.projection import Rows
from projections.views import surveys
from projections.views.answer import state_of
from projections.views.corrections import with_corrections
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_corrections("survey", surveys.survey)

UNREACHED = ("non_contact", "unknown_household", "unknown_other")
"""Cases nobody spoke with."""

REACHED = ("complete", "partial", "refusal", "other")
ANSWERED = ("complete", "partial")


def show(seen: Seen) -> Shown | None:
    """Return the survey with asked, reached and answered, and its figures by question."""
    found = _view(seen.rows, seen.path["survey"], on=seen.on)
    if found is None:
        return None
    survey = found["survey"]
    things = [("body", survey["commissioner"]), ("matter", survey["matter"]), ("process", survey["process"])]
    things += [("indicator", each) for each in survey["indicators"]]
    things += [("decision", each["decision"]) for each in found["relied_on_by"]]
    return {
        **found,
        "people": people(found),
        "questions": sorted(found["questions"], key=lambda each: (each["order"], each["question_version"])),
        "results": list(_results(found)),
        "criticism": [each | {"text": _text(seen.rows, each["input"])} for each in found["criticism"]],
        "moments": _moments(found),
        "names": names(seen.rows, things),
        "definitions": whole(surveys.DEFINITION),
    }


def people(found: Shown) -> Shown:
    """Return how many were asked, reached and answered, as the latest card counts its cases; None where it does not.

    Reached are the cases somebody spoke with: those who answered, refused or could not take part. Those who should not
    have been asked are taken off the asked.
    """
    card = found["cards"][-1] if found["cards"] else None
    stated = card or found["survey"]["dispositions"]
    cases = {} if stated is None else stated["dispositions"]
    size = card["sample_size"] if card else (found["survey"]["sample"] or {}).get("size")
    outside = cases.get("ineligible")
    asked = size if size is None or outside is None else size - outside
    return {"asked": asked, "reached": _sum(cases, REACHED), "answered": _sum(cases, ANSWERED)}


def _sum(cases: dict[str, Any], named: tuple[str, ...]) -> int | None:
    counts = [cases.get(name) for name in named]
    return None if any(each is None for each in counts) else sum(counts)  # type: ignore[arg-type]  # none is None


def _results(found: Shown) -> Iterator[Shown]:
    """Yield the tables that stand, of releases with a card, each with its release and the scale its values lie on."""
    for release in found["releases"]:
        if release["retracted"] is not None or release["quality"] is None:
            continue
        for each in release["tables"]:
            question = _question(found, each)
            labels = {} if question is None else {o["code"]: o["label"] for o in question["scale"]["options"]}
            yield {
                **each,
                "release": release["release"],
                "origin": release["origin"],
                "recorded": release["recorded"],
                "labels": labels,
                "scale": _scale(each["kind"], question),
                "interval": release["quality"]["interval_percent"],
                "all_hidden": all(cell["suppressed"] for cell in each["cells"]),
            }


def _question(found: Shown, table: Shown) -> Shown | None:
    wordings = [each for each in found["questions"] if each["question"] == table["question"]]
    exact = [each for each in wordings if table["question_version"] in {None, each["question_version"]}]
    return exact[-1] if exact else None


def _scale(kind: str, question: Shown | None) -> list[int] | None:
    """Return what the values of a table lie between: a share of one, an index of a hundred, or the question's numbers."""
    if kind in {"share", "index"}:
        return [0, 1] if kind == "share" else [0, 100]
    if kind == "mean" and question is not None and question["scale"]["maximum"] is not None:
        return [question["scale"]["minimum"], question["scale"]["maximum"]]
    return None


def _text(rows: Rows, input: str) -> Shown | None:
    state = state_of(rows, INPUTS.name, input)
    return None if state is None else dict(state["versions"][-1]["text"])


def _moments(found: Shown) -> list[int]:
    recorded = [found["survey"]["planned"], *(each["recorded"] for each in (*found["cards"], *found["releases"]))]
    return sorted({each["position"] for each in recorded})


def table(shown: Shown) -> Table:
    """Return every figure that stands, with its interval and bounds; a hidden one has no numbers."""
    about = ("question", "question_version", "index", "kind", "by")
    members = ("group", "answer", "factor", "value", "low", "high", "n", "count", "suppressed")
    return Table(
        ("release", "table", *about, *members, "least", "most"),
        [
            (
                each["release"],
                each["table"],
                *(each[name] for name in about),
                *(_plain(cell[name]) for name in members),
                *((cell["bounds"] or {}).get(end) for end in ("low", "high")),
            )
            for each in shown["results"]
            for cell in each["cells"]
        ],
    )


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


PAGE = Page("survey", "/enkater/{survey}", show, table, section="surveys")
