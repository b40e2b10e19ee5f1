"""An indicator: its series with margins, numbers of answers and response rates, its breaks, its targets."""

from __future__ import annotations

from typing import Any

from projections.surveys import SURVEYS
from projections.views import indicators, surveys
from projections.views.answer import state_of
from projections.views.corrections import with_corrections
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_corrections("indicator", indicators.indicator)


def show(seen: Seen) -> Shown | None:
    """Return the indicator with its points in order and, where surveys measure it, how many answered those."""
    found = _view(seen.rows, seen.path["indicator"], on=seen.on)
    if found is None:
        return None
    things = [("body", found["indicator"]["body"])]
    things += [("ballot", each["ballot"]) for each in found["interest"]]
    things += [(each["kind"], each["id"]) for each in found["links"]]
    return {
        **found,
        "points": points(found["series"]),
        "surveys": _surveys(seen, found["links"]),
        "moments": _moments(found),
        "names": names(seen.rows, things),
        "definitions": whole(indicators.DEFINITION),
    }


def points(series: list[Shown]) -> list[Shown]:
    """Return the values of everybody that are not missing, in order; `series` counts up at every break."""
    of_everybody = [each for each in series if each["group"] == "total"]
    return [
        {
            "period": value["period"],
            "value": value["value"],
            "low": (value["interval"] or {}).get("low"),
            "high": (value["interval"] or {}).get("high"),
            "n": value["n"],
            "series": number,
            "recorded": value["recorded"],
        }
        for number, each in enumerate(of_everybody)
        for value in each["values"]
        if not value["missing"]
    ]


def _surveys(seen: Seen, links: list[Shown]) -> list[Shown]:
    """Return the surveys that measure the indicator, each with how many answered as its card says."""
    found = []
    for survey in dict.fromkeys(each["id"] for each in links if each["kind"] in {"survey", "question"}):
        state = state_of(seen.rows, SURVEYS.name, survey)
        shown = None if state is None else surveys.survey(seen.rows, survey, on=seen.on)
        if shown is not None:
            found.append({"survey": survey, "title": shown["survey"]["title"], "response": shown["response"]})
    return found


def _moments(found: dict[str, Any]) -> list[int]:
    recorded = [found["indicator"]["recorded"], *(each["recorded"] for each in found["indicator"]["breaks"])]
    recorded += [value["recorded"] for each in found["series"] for value in each["values"]]
    return sorted({each["position"] for each in recorded})


def table(shown: Shown) -> Table:
    """Return every value of every group, the missing ones with the status their source gives."""
    header = ("group", "from_period", "period", "value", "low", "high", "n", "status", "origin", "position")
    return Table(
        header,
        [
            (
                each["group"],
                each["from_period"],
                value["period"],
                value["value"],
                *((value["interval"] or {}).get(end) for end in ("low", "high")),
                value["n"],
                value.get("status"),
                value["origin"],
                value["recorded"]["position"],
            )
            for each in shown["series"]
            for value in each["values"]
        ],
    )


PAGE = Page("indicator", "/index/{indicator}", show, table, section="indicators", pictures=True)
