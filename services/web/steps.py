"""Where one input stands: received, acknowledged, answered, accounted for, delivered; each step with its day and event.

A step is `{what, state, date, days, by, position}`: `state` is done, late (its day has passed), todo or none (nothing of the
kind is expected); `days` how long after the input came, `by` the day it was promised for. Delivery has `direct`: whether it
was promised to this input itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projections.references import day_of_moment
from projections.views.deadlines import days_between
from services.web.outcomes import outcome
from services.web.page import Shown

PENDING = "pending"
_ORDER = ("changed", "weighed", "declined", None, "unanswered")
"""Which outcome is told first where decisions differ: the one that says most."""


def verdict(found: Shown) -> Shown:
    """Return what became of an input in one word, and which of its dispositions says so.

    `outcome` is one of the four, else withdrawn, moderated or merged as its status or disposition says, or `unheard`
    where no decision answers for it.
    """
    status = found["input"]["status"]
    if status in {"withdrawn", "rejected"}:
        return {"outcome": "moderated" if status == "rejected" else status, "disposition": None}
    judged = sorted(found["dispositions"], key=lambda each: _ORDER.index(outcome(each["code"])))
    if not judged:
        answered = found["responses"] is not None and found["responses"]["answer"] is not None
        return {
            "outcome": "answered" if answered else "merged" if status == "merged" else "unheard",
            "disposition": None,
        }
    first = judged[0]
    return {"outcome": outcome(first["code"]) or first["code"], "disposition": first}


def steps(found: Shown, promised: Iterable[Shown], on: str) -> list[Shown]:
    """Return the five steps of an input as they stand on an ISO day."""
    received = found["input"]["received"]
    came = day_of_moment(received)
    responses = found["responses"]
    return [
        _step("received", "done", received["occurred"] or received["time"], received["position"]),
        _acknowledged(found, responses, came),
        _answered(responses, came, on),
        _accounted(found, came),
        _delivered(list(promised)),
    ]


def _step(what: str, state: str, date: str | None = None, position: int | None = None, **more: Any) -> Shown:
    return {"what": what, "state": state, "date": date, "position": position, "days": None, "by": None} | more


def _acknowledged(found: Shown, responses: Shown | None, came: str) -> Shown:
    receipt = None if responses is None else responses["receipt"]
    if receipt is not None:
        return _step(
            "acknowledged", "done", receipt["day"], receipt["position"], days=max(0, days_between(came, receipt["day"]))
        )
    admitted = next((step["recorded"] for step in found["input"]["life"] if step["status"] == "accepted"), None)
    if admitted is not None:
        day = day_of_moment(admitted)
        return _step("acknowledged", "done", day, admitted["position"], days=max(0, days_between(came, day)))
    return _step("acknowledged", "todo")


def _answered(responses: Shown | None, came: str, on: str) -> Shown:
    answer = None if responses is None else responses["answer"]
    by = None if responses is None or responses["due"] is None else responses["due"]["by"]
    if answer is not None:
        days = max(0, days_between(came, answer["day"]))
        return _step("answered", "done", answer["day"], answer["position"], days=days, by=by)
    late = by is not None and by < on
    return _step("answered", "late" if late else "todo", by=by, days=days_between(by, on) if late and by else None)


def _accounted(found: Shown, came: str) -> Shown:
    judged = verdict(found)["disposition"]
    if judged is None:
        return _step("accounted", "todo", code=None, decision=None)
    named = {"code": judged["code"], "decision": judged["decision"]}
    if not judged["revisions"]:
        return _step("accounted", "todo", **named)
    recorded = judged["revisions"][-1]["recorded"]
    day = judged["meeting_date"] or day_of_moment(recorded)
    return _step("accounted", "done", day, recorded["position"], **named)


def _delivered(promised: list[Shown]) -> Shown:
    if not promised:
        return _step("delivered", "none", direct=False)
    own = [each for each in promised if each["direct"]] or promised
    worst = next((each for each in own if each["state"] == "broken"), own[0])
    at = {"position": worst["recorded"]["position"], "by": worst["due"], "days": worst["days_late"]}
    at |= {"direct": worst["direct"]}
    if worst["delivered"] is not None:
        return _step("delivered", "done", worst["delivered"]["on"], **at)
    return _step("delivered", "late" if worst["state"] == "broken" else "todo", **at)
