"""Answer times: how long residents wait, by body and month, and who has waited longest; the unanswered counted in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from projections.inputs import INPUTS
from projections.measures.answers import Owed, owed
from projections.measures.catalogue import definitions, measures
from projections.measures.measure import FEW, LEAST, NOT_REACHED, NOTHING
from projections.measures.population import Asked
from projections.measures.scope import WHOLE, Scope
from projections.measures.survival import survival
from projections.projection import Rows
from projections.views import responses
from projections.views.answer import state_of
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

MONTHS = 12
MEASURED = ("answer_rate", "on_time_rate", "time_to_answer")


def show(seen: Seen) -> Shown:
    """Return the answer times of all and of each body by month, on the day of the page."""
    found = responses.answer_times(seen.rows, seen.on)
    bodies = list(dict.fromkeys(each["body"] for each in found["by_body"] if each["body"]))
    return {
        **found,
        "oldest": [each | {"text": _words(seen.rows, each["input"])} for each in found["oldest"]],
        "measures": measures(seen.rows, MEASURED, WHOLE, on=seen.on),
        "waits": waits(seen.rows, bodies, seen.on),
        "least": LEAST,
        "names": names(
            seen.rows,
            [*(("body", body) for body in bodies), *(("input", each["input"]) for each in found["oldest"])],
        ),
        "definitions": [*whole(responses.DEFINITION), *_told(seen.rows)],
    }


def _words(rows: Rows, name: str) -> Shown | None:
    state = state_of(rows, INPUTS.name, name)
    words: Shown | None = None if state is None else state["versions"][-1]["text"]
    return words


def _told(rows: Rows) -> list[Shown]:
    return [each for each in definitions(rows)["definitions"] if each["name"] in MEASURED]


def waits(rows: Rows, bodies: list[str], on: str) -> Shown:
    """Return the days to an answer (median and p90, Kaplan and Meier) of bodies by the month inputs came in.

    The last twelve months in which anything came; a field stands on `n` inputs and is hidden under `LEAST`.
    """
    by_body = {body: _by_month(owed(Asked(rows, Scope(body=body), on), official=False)) for body in bodies}
    months = sorted({month for found in by_body.values() for month in found})[-MONTHS:]
    lines = [
        {"body": body, "months": [_field(month, found.get(month, [])) for month in months]}
        for body, found in by_body.items()
    ]
    return {"months": months, "bodies": lines}


def _by_month(found: list[Owed]) -> dict[str, list[Owed]]:
    months: defaultdict[str, list[Owed]] = defaultdict(list)
    for each in found:
        months[each.voice.day[:7]].append(each)
    return dict(months)


def _field(month: str, found: list[Owed]) -> Shown:
    shown: dict[str, Any] = {"month": month, "n": len(found), "median_days": None, "p90_days": None}
    if len(found) < LEAST:
        return shown | {"hidden": FEW if found else NOTHING}
    curve = survival([(each.days, each.is_answered) for each in found])
    days = {name: curve.by(share)[1] for name, share in (("median_days", 0.5), ("p90_days", 0.9))}
    return shown | days | {"hidden": "" if days["median_days"] is not None else NOT_REACHED}


def table(shown: Shown) -> Table:
    """Return a line for each body and month: how all that was owed an answer stands."""
    members = ("body", "month", "due", *responses.STANDINGS)
    fields = {(line["body"], each["month"]): each for line in shown["waits"]["bodies"] for each in line["months"]}
    return Table(
        (*members, "median_days", "p90_days"),
        [
            (
                *(each[name] for name in members),
                *(fields.get((each["body"], each["month"]), {}).get(name) for name in ("median_days", "p90_days")),
            )
            for each in shown["by_body"]
        ],
    )


PAGE = Page("answer_times", "/svarstider", show, table, section="times", pictures=True)
