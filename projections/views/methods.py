"""Methods and channels as they are shown: where a method was tried, what was said of it, and on whose word."""

from __future__ import annotations

from collections import Counter
from typing import Any

from projections.documents import DOCUMENTS
from projections.inputs import INPUTS
from projections.methods import CHANNELS, METHODS
from projections.processes import PROCESSES, VOICES
from projections.projection import Rows
from projections.surveys import SURVEYS
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, picked, state_of, states
from projections.views.groups import voices

DEFINITION = Definition(
    "methods",
    1,
    "A method with every process that used or tried it, what was said of each trial, and the lessons published about it. "
    "A verdict is evidenced when a survey or an input stands behind it, or any evidence behind the word of a body that "
    "did not run the trial; otherwise it is claimed. A process that names a method without any verdict is not assessed. "
    "A channel of the kind exit is where somebody chooses another provider and counts as no influence.",
    (METHODS, CHANNELS, PROCESSES, VOICES, INPUTS, DOCUMENTS, SURVEYS),
)

KEPT_IN = {"document": DOCUMENTS.name, "input": INPUTS.name, "survey": SURVEYS.name}
"""The read model that knows each kind of evidence."""


def standing(assessment: dict[str, Any]) -> str:
    """Return `evidenced` or `claimed`: what a verdict rests on beyond the word of who ran the trial."""
    kinds = {each["kind"] for each in assessment["evidence"]} - {"none"}
    independent = assessment["claimed_by"] == "independent"
    return "evidenced" if kinds & {"survey", "input"} or (kinds and independent) else "claimed"


def method(rows: Rows, method: str) -> Answer | None:
    """Return a method with its trials and lessons."""
    state = state_of(rows, METHODS.name, method)
    if state is None:
        return None
    names = picked(state, "name_sv", "name_en", "aliases", "facets", "registered", "lessons")
    shown = {"method": method} | names | {"trials": _trials(rows, state), "verdicts": _verdicts(state)}
    return answer(rows, DEFINITION, method=shown)


def methods(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of methods, in the order of their ids, with how many verdicts of each kind they got."""
    items, token = one_page(rows, states(rows, METHODS.name, after=page.after), page, lambda row: _summary(*row[::2]))
    return answer(rows, DEFINITION, methods=items, next_page_token=token)


def _summary(method: str, state: dict[str, Any]) -> Answer:
    trials = dict.fromkeys([*state["processes"], *(each["process"] for each in state["assessments"])])
    counts = {"trials": len(trials), "lessons": len(state["lessons"]), "verdicts": _verdicts(state)}
    return {"method": method} | picked(state, "name_sv", "name_en", "aliases", "facets", "registered") | counts


def _verdicts(state: dict[str, Any]) -> list[Answer]:
    counts = Counter((each["verdict"], standing(each)) for each in state["assessments"])
    return [
        {"verdict": verdict, "standing": stands, "count": number}
        for (verdict, stands), number in sorted(counts.items())
    ]


def _trials(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    """Return each process that used the method, with its period, its owner, and what was said of the trial."""
    processes = dict.fromkeys([*state["processes"], *(each["process"] for each in state["assessments"])])
    return [
        _of_process(rows, process) | {"assessments": [_assessed(rows, each) for each in _said(state, process)]}
        for process in processes
    ]


def _said(state: dict[str, Any], process: str) -> list[dict[str, Any]]:
    return [each for each in state["assessments"] if each["process"] == process]


def _of_process(rows: Rows, process: str) -> Answer:
    known = state_of(rows, PROCESSES.name, process)
    names = ("title", "kind", "owner", "period", "stage", "status")
    return {"process": process} | (dict.fromkeys(names) if known is None else picked(known, *names))


def _assessed(rows: Rows, assessment: dict[str, Any]) -> Answer:
    evidence = [each | {"in_ledger": _is_kept(rows, each)} for each in assessment["evidence"]]
    return assessment | {"evidence": evidence, "standing": standing(assessment)}


def _is_kept(rows: Rows, evidence: dict[str, Any]) -> bool:
    model = KEPT_IN.get(evidence["kind"])
    return model is not None and rows.get(model, evidence["id"]) is not None


# --- Channels ---------------------------------------------------------------------------------
def channels(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of registered channels, with what came through each."""
    spoken = voices(rows, "")
    items, token = one_page(
        rows, states(rows, CHANNELS.name, after=page.after), page, lambda row: _channel(row.state, spoken)
    )
    return answer(rows, DEFINITION, channels=items, next_page_token=token)


def _channel(state: dict[str, Any], spoken: list[Answer]) -> Answer:
    inputs = sum(each["inputs"] for each in spoken if each["channel"] == state["channel"])
    return state | {"inputs": inputs, "counts_as_influence": state["kind"] != "exit"}
