"""How long residents wait, by body and month: the unanswered counted in, months of too few left empty."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from projections.measures.answers import Owed, owed
from projections.measures.measure import FEW, LEAST, NOT_REACHED, NOTHING
from projections.measures.population import Asked
from projections.measures.scope import Scope
from projections.measures.survival import survival
from projections.projection import Rows
from services.web.page import Shown

MONTHS = 12


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
