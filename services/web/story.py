"""What happened, in order: the life of a matter as steps, each dated by when it occurred, with its events.

A step is `{what, day, date, titles, words, link, positions, count, state, days}`: `what` the topic of its event or one of
`inputs`, `promised`, `delivered`; `day` the ISO day it sorts by, `date` as EDTF says it; `positions` the first and last
event; `state` late where a day has passed without what was promised.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.edtf import latest
from projections.projection import Rows
from projections.references import day_of_moment, starts_open
from projections.views import flows
from services.web import naming
from services.web.page import Shown

STEPS_MAX = 200
ALIKE = frozenset({"document-registered", "document-placed"})
"""Kinds of which many on a day are told as one."""

PLACES = {"decision": "/beslut/", "matter": "/arende/"}


def story(
    rows: Rows, matter: dict[str, Any], decisions: Iterable[Shown], promises: Iterable[Shown], on: str
) -> list[Shown]:
    """Return the steps of a matter, of the decisions' accounts and of the promises made in them, in order of their days.

    `matter` is the dossier of the matter's view, `decisions` are answers of the decision's view, `promises` those of
    `services.web.promises`. At most STEPS_MAX steps are told, the latest.
    """
    told = [_step(rows, each) for each in matter["timeline"]]
    for each in decisions:
        told += _account(rows, each)
        told += _afterwards(each)
    told += [each for promise in promises for each in _promise(promise, on)]
    return _gathered(sorted(told, key=lambda each: (each["day"], each["positions"])))[-STEPS_MAX:]


def _gathered(told: Iterable[Shown]) -> list[Shown]:
    """Return the steps with documents that were registered on one day as one step."""
    steps: list[Shown] = []
    for each in told:
        last = steps[-1] if steps else None
        if last is not None and each["what"] in ALIKE and (last["what"], last["date"]) == (each["what"], each["date"]):
            positions = sorted({*last["positions"], *each["positions"]})
            steps[-1] = last | {"titles": [*last["titles"], *each["titles"]], "positions": positions}
        else:
            steps.append(each)
    return steps


def made(what: str, at: dict[str, Any], **more: Any) -> Shown:
    """Return a step for one event; `at` is its moment."""
    step = {
        "what": what,
        "day": _day(at),
        "date": at["occurred"] or at["time"],
        "titles": [],
        "words": None,
        "link": None,
        "positions": [at["position"]],
        "count": None,
        "state": "",
        "days": None,
        "delivered": None,
    }
    return step | more


def _day(at: dict[str, Any]) -> str:
    """Return the day to sort by: the first it may have been, and the last one where its beginning is open (`../2015-05-12`)."""
    occurred = at["occurred"]
    last = latest(occurred) if occurred is not None and starts_open(occurred) else None
    return day_of_moment(at) if last is None else last.isoformat()


def _step(rows: Rows, step: dict[str, Any]) -> Shown:
    kind, _, name = step["subject"].partition(":")
    link = f"{PLACES[kind]}{name}" if kind in PLACES else None
    title = naming.title(rows, step["subject"])
    return made(step["type"], step["recorded"], titles=[] if title is None else [title], link=link)


def _account(rows: Rows, decision: Shown) -> list[Shown]:
    """Return when the inputs of a decision came, and when its account was given, each as one step."""
    name = decision["decision"]["decision"]
    came = flows.received_between(rows, name)
    steps: list[Shown] = []
    if came is not None:
        dates = (
            came["first_day"] if came["first_day"] == came["last_day"] else f"{came['first_day']}/{came['last_day']}"
        )
        steps.append(_span("inputs", came["first_day"], dates, came, f"/forslag?beslut={name}"))
    return steps


def _span(what: str, day: str, date: str, came: Shown, link: str) -> Shown:
    positions = list(dict.fromkeys((came["first"], came["last"])))
    blank = made(what, {"position": 0, "time": day, "occurred": day})
    return blank | {"date": date, "positions": positions, "count": came["count"], "link": link}


def _afterwards(decision: Shown) -> list[Shown]:
    standing = decision["standing"]
    steps = [made("delegated-decision-reported", each["recorded"]) for each in standing["reports"]]
    for each in standing["appeals"]:
        steps.append(made("appeal-lodged", each["recorded"]))
        if each["decided"] is not None:
            steps.append(made("appeal-decided", each["decided"]["recorded"], titles=[each["decided"]["outcome"]]))
    steps += [made(what, each["recorded"]) for what, each in _ends(standing) if each is not None]
    return steps


def _ends(standing: Shown) -> tuple[tuple[str, Any], ...]:
    return (("became-final", standing["final"]), ("decision-executed", standing["executed"]))


def _promise(promise: Shown, on: str) -> list[Shown]:
    """Return the day a promise was due, where it has passed, and what came of it."""
    steps: list[Shown] = []
    due, delivered, at = promise["due"], promise["delivered"], promise["recorded"]
    if due is not None and due < on and (promise["state"] in {"late", "broken"}):
        more = {"state": "late", "days": promise["days_late"], "delivered": delivered is not None}
        steps.append(made("promised", at | {"occurred": due}, words=promise["text"], **more))
    if delivered is not None:
        kept = delivered["recorded"] | {"occurred": delivered["on"]}
        steps.append(made("delivered", kept, words=promise["text"], days=promise["days_late"]))
    return steps
