"""Mine: what one person said, and what came of it. Asked by the ids that person alone holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projections.commitments import COMMITMENTS
from projections.decisions import DECISIONS, DISPOSITIONS
from projections.inputs import INPUTS
from projections.petitions import AUTHORS
from projections.projection import Rows
from projections.responses import RESPONSES
from projections.views.answer import Answer, Definition, answer, picked, state_of, states
from projections.views.commitments import judged
from projections.views.inputs import proposal

DEFINITION = Definition(
    "mine",
    1,
    "All inputs of the author ids and all inputs named, each once, in the order in which they were received, with what "
    "GetInput shows of each. Commitments are those a disposition of the input names or that were made to it. Due is "
    "what the body still owes on the day judged on: an answer not given, a disposition that stands out, a deferred or "
    "forwarded input whose day has not come, a commitment not delivered, an initiative not decided.",
    (AUTHORS, INPUTS, RESPONSES, DISPOSITIONS, DECISIONS, COMMITMENTS),
)

IDS_MAX = 100
PENDING = "pending"
SHOWN = ("input", "signing", "initiative", "stands_for", "support", "responses", "dispositions")


def mine(rows: Rows, authors: Iterable[str] = (), inputs: Iterable[str] = (), *, on: str) -> Answer:
    """Return what the holder of some author ids and input ids said, and what came of it, judged on a day.

    Ids the ledger does not know are passed over: the answer never tells whether somebody else's exist.
    """
    asked = _own(rows, authors, inputs)
    made = _commitments(rows, asked, on)
    own = [_of_input(rows, each, made[each], on) for each in asked]
    return answer(rows, DEFINITION, on=on, inputs=sorted(own, key=lambda each: each["input"]["received"]["position"]))


def mine_by(rows: Rows, author_or_input: str, *, on: str) -> Answer:
    """Return the same for one id, be it an author's or an input's."""
    return mine(rows, (author_or_input,), (author_or_input,), on=on)


def _own(rows: Rows, authors: Iterable[str], inputs: Iterable[str]) -> list[str]:
    written = [row.key.partition("|")[2] for author in authors for row in states(rows, AUTHORS.name, f"{author}|")]
    known = [each for each in inputs if state_of(rows, INPUTS.name, each) is not None]
    return list(dict.fromkeys([*written, *known]))


def _of_input(rows: Rows, input: str, commitments: list[Answer], on: str) -> Answer:
    whole = proposal(rows, input, on=on)
    assert whole is not None
    shown = picked(whole, *SHOWN)
    return shown | {"commitments": commitments, "due": list(_due(shown, commitments, on))}


def _commitments(rows: Rows, inputs: list[str], on: str) -> dict[str, list[Answer]]:
    """Return the commitments to each of some inputs, in one pass over all: they are not kept by input."""
    made: dict[str, list[Answer]] = {each: [] for each in inputs}
    for row in states(rows, COMMITMENTS.name) if inputs else ():
        named = {row.state["input"], *(each["input"] for each in row.state["dispositions"])}
        for each in named & made.keys():
            made[each].append(_commitment(row.key, row.state, on))
    return made


def _commitment(commitment: str, state: dict[str, Any], on: str) -> Answer:
    standing = judged(state, on)
    return {
        "commitment": commitment,
        **picked(state, "owner", "text", "due", "made"),
        "delivered": standing["delivered_on"] is not None,
        "dropped": state["dropped"] is not None,
        "overdue": standing["status"] == "broken",
    }


# --- What is due --------------------------------------------------------------------------------
def _due(shown: Answer, commitments: list[Answer], on: str) -> Iterable[Answer]:
    """Yield what the body owes, with the day where there is one, and whether it has passed."""
    responses, initiative = shown["responses"], shown["initiative"]
    if responses is not None and responses["due"] is not None and responses["answer"] is None:
        yield _owed("response", None, responses["due"]["by"], on)
    for each in shown["dispositions"]:
        if each["code"] == PENDING:
            yield _owed("disposition", each["decision"], None, on)
        elif each["revisions"] and each["revisions"][-1]["due"] is not None:
            yield _owed(each["code"], each["decision"], each["revisions"][-1]["due"], on)
    for each in commitments:
        if not each["delivered"] and not each["dropped"]:
            yield _owed("commitment", each["commitment"], each["due"], on)
    if initiative is not None and initiative["decided"] is None:
        yield _owed("decision", None, initiative["due"], on)


def _owed(what: str, by: str | None, due: str | None, on: str) -> Answer:
    return {"what": what, "of": by, "due": due, "overdue": due is not None and due < on}
