"""Who was heard, and who was named and never was: groups, channels, and what is not published.

A group is *evidenced* when a session was held in which it took part. Area, age and group of single
persons are sealed, so no view shows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.inputs.events import InputReceived
from ledger.processes import SessionHeld
from projections.methods import CHANNELS, GROUPS
from projections.processes import HEARD, PROCESSES, VOICES
from projections.projection import Rows
from projections.views.answer import Answer, Definition, answer, figure, picked, state_of, states

DEFINITION = Definition(
    "participation",
    2,
    "Who was heard. Inputs are all that were received, by channel and by the capacity of who speaks; none is left out. "
    "A channel of the kind exit is where somebody chose another provider: it is listed apart and counts as no influence "
    "on what a service contains. A group is evidenced by a session in which it took part; attendances add up over "
    "sessions, so one person may count more than once, and sessions where nobody counted add nothing. A group that a "
    "process named without such a session is named and not evidenced; over all processes, a group that is registered and "
    "that no process named stands there, too. Area, age and group of single persons are sealed and not published.",
    (PROCESSES, HEARD, VOICES, CHANNELS, GROUPS),
)

NOT_PUBLISHED = ("area", "age_band", "group")
"""Attributes of persons that are sealed in class S: no figure rests on them here."""


# --- Which groups are evidenced -----------------------------------------------------------------
def evidenced(rows: Rows, place: str) -> dict[str, Answer]:
    """Return what shows that each group took part in a place (`process:p`, `matter:m`), by group.

    A group that is not a key of the answer is evidenced by nothing.
    """
    groups: dict[str, Answer] = {}
    for row in states(rows, HEARD.name, f"{place}|"):
        for each in row.state["groups"]:
            if each["count"] == 0:
                # Somebody counted, and nobody of the group was there.
                continue
            known = groups.setdefault(each["group"], nobody(each["group"]))
            known["sessions"] += 1
            known["uncounted_sessions"] += each["count"] is None
            known["attendances"] += each["count"] or 0
            known["processes"] = list(dict.fromkeys([*known["processes"], row.state["process"]]))
    return groups


def nobody(group: str) -> Answer:
    """Return what shows that a group took part, where nothing does."""
    return {"group": group, "sessions": 0, "attendances": 0, "uncounted_sessions": 0, "processes": []}


def groups_of(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    """Return every group a process names or met, with what evidences it."""
    heard = evidenced(rows, f"process:{state['process']}")
    names = dict.fromkeys([*state["groups"], *heard])
    return [
        (heard.get(name) or nobody(name))
        | named(rows, name)
        | {"named": name in state["groups"], "evidenced": name in heard}
        for name in names
    ]


NAMES = ("name_sv", "name_en", "registered")


def named(rows: Rows, group: str) -> Answer:
    """Return what a group is called and since when; nothing where nobody registered it."""
    known = state_of(rows, GROUPS.name, group)
    return dict.fromkeys(NAMES) if known is None else picked(known, *NAMES)


# --- Channels ---------------------------------------------------------------------------------
def channel(rows: Rows, code: str) -> Answer:
    """Return what a channel is called and what one does in it; `registered` False where nobody said."""
    state = state_of(rows, CHANNELS.name, code)
    if state is None:
        return {"channel": code, "kind": None, "name_sv": None, "name_en": None, "registered": False}
    return {name: state[name] for name in ("channel", "kind", "name_sv", "name_en")} | {"registered": True}


def voices(rows: Rows, prefix: str, named: Iterable[str] = ()) -> list[Answer]:
    """Return the inputs by channel and capacity, with the named channels through which nothing came at 0."""
    counts: dict[tuple[str, str], int] = {}
    for name, number in rows.figures(VOICES.name, prefix).items():
        _, code, kind, _ = name.split("|")
        counts[code, kind] = counts.get((code, kind), 0) + number
    used = {code for code, _ in counts}
    found = [(code, kind, number) for (code, kind), number in counts.items()]
    found += [(code, "", 0) for code in dict.fromkeys(named) if code not in used]
    return [channel(rows, code) | {"author_kind": kind, "inputs": number} for code, kind, number in sorted(found)]


def languages(rows: Rows, prefix: str) -> list[Answer]:
    """Return the inputs by language."""
    counts: dict[str, int] = {}
    for name, number in rows.figures(VOICES.name, prefix).items():
        language = name.rpartition("|")[2]
        counts[language] = counts.get(language, 0) + number
    return [{"language": language, "inputs": counts[language]} for language in sorted(counts)]


# --- The view ---------------------------------------------------------------------------------
def participation(rows: Rows, process: str | None = None) -> Answer | None:
    """Return who was heard in a process, or in all of them; None where there is no such process."""
    found = [row.state for row in states(rows, PROCESSES.name)] if process is None else _one(rows, process)
    if found is None:
        return None
    place = None if process is None else f"process:{process}"
    prefix = "" if place is None else f"{place}|"
    spoken = voices(rows, prefix, [code for state in found for code in state["channels"]])
    groups = _groups(rows, found, _registered(rows) if process is None else ())
    tags = () if place is None else (place,)
    return answer(
        rows,
        DEFINITION,
        process=process,
        inputs=figure(sum(each["inputs"] for each in spoken), (InputReceived,), *tags),
        channels=[each for each in spoken if each["kind"] != "exit"],
        exits=[each for each in spoken if each["kind"] == "exit"],
        languages=languages(rows, prefix),
        sessions=figure(_held(found), (SessionHeld,), *tags),
        groups=groups,
        not_evidenced=[each["group"] for each in groups if not each["evidenced"]],
        not_published=list(NOT_PUBLISHED),
    )


def _unnamed(group: Answer) -> Answer:
    return nobody(group["group"]) | picked(group, *NAMES) | {"named": False, "unheard_in": []}


def _registered(rows: Rows) -> Iterable[Answer]:
    return (row.state for row in states(rows, GROUPS.name))


def _one(rows: Rows, process: str) -> list[dict[str, Any]] | None:
    state = state_of(rows, PROCESSES.name, process)
    return None if state is None else [state]


def _held(found: Iterable[dict[str, Any]]) -> int:
    return sum(session["held"] is not None for state in found for session in state["sessions"])


def _groups(rows: Rows, found: Iterable[dict[str, Any]], registered: Iterable[Answer]) -> list[Answer]:
    """Return every group over some processes, and those registered, by code, with where it was named in vain."""
    groups = {each["group"]: _unnamed(each) for each in registered}
    for state in found:
        for each in groups_of(rows, state):
            known = groups.setdefault(each["group"], _unnamed(each))
            for name in ("sessions", "attendances", "uncounted_sessions"):
                known[name] += each[name]
            known["processes"] = [*known["processes"], *each["processes"]]
            known["named"] = known["named"] or each["named"]
            known["unheard_in"] += [] if each["evidenced"] else [state["process"]]
    return [groups[name] | {"evidenced": groups[name]["sessions"] > 0} for name in sorted(groups)]
