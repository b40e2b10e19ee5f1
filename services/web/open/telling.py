"""What an event is called in a feed: a sentence by its type, the name of what it is about, and the page that shows it.

The sentences say what was recorded and by whom it is stated; they call nothing good or bad.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.messages import Event
from projections.assignments import ASSIGNMENTS
from projections.ballots import BALLOTS
from projections.bodies import BODIES
from projections.commitments import COMMITMENTS
from projections.decisions import DECISIONS
from projections.inputs import INPUTS
from projections.matters import MATTERS
from projections.processes import PROCESSES
from projections.projection import Rows
from projections.surveys import SURVEYS
from projections.views.answer import state_of

TOLD: dict[str, tuple[str, str]] = {
    "matter-opened": ("matter", "A matter was opened: %(name)s"),
    "matter-closed": ("matter", "A matter was closed: %(name)s"),
    "matter-reopened": ("matter", "A matter was opened again: %(name)s"),
    "process-opened": ("process", "Views are asked for: %(name)s"),
    "promise-declared": ("process", "What can be influenced was declared: %(name)s"),
    "process-closed": ("process", "A process was closed: %(name)s"),
    "input-received": ("input", "Received: %(name)s"),
    "input-revised": ("input", "The author changed the text: %(name)s"),
    "input-withdrawn": ("input", "The author took it back: %(name)s"),
    "input-moderated": ("input", "A moderator judged it: %(name)s"),
    "input-merged": ("input", "Merged with another: %(name)s"),
    "input-restored": ("input", "Shown again: %(name)s"),
    "threshold-reached": ("input", "A threshold of signatures was reached: %(name)s"),
    "submitted-to-body": ("input", "Handed over to a body: %(name)s"),
    "debate-recorded": ("input", "Debated: %(name)s"),
    "response-given": ("input", "An answer was given: %(name)s"),
    "response-corrected": ("input", "An answer was corrected: %(name)s"),
    "disposition-recorded": ("decision", "What became of a view was stated: %(name)s"),
    "disposition-revised": ("decision", "What became of a view was stated anew: %(name)s"),
    "disposition-contested": ("decision", "What became of a view was contested: %(name)s"),
    "contest-answered": ("decision", "A contest was answered: %(name)s"),
    "decision-recorded": ("decision", "A decision: %(name)s"),
    "dissent-recorded": ("decision", "A dissent was recorded: %(name)s"),
    "decision-revoked": ("decision", "A decision was revoked: %(name)s"),
    "account-closed": ("decision", "The account of all views was closed: %(name)s"),
    "appeal-lodged": ("decision", "A decision was appealed: %(name)s"),
    "appeal-decided": ("decision", "An appeal was decided: %(name)s"),
    "became-final": ("decision", "A decision became final: %(name)s"),
    "decision-executed": ("decision", "A decision was carried out: %(name)s"),
    "ballot-opened": ("ballot", "A ballot was opened: %(name)s"),
    "ballot-closed": ("ballot", "A ballot was closed: %(name)s"),
    "ballot-suspended": ("ballot", "A ballot was suspended: %(name)s"),
    "ballot-resumed": ("ballot", "A ballot goes on: %(name)s"),
    "ballot-cancelled": ("ballot", "A ballot was cancelled: %(name)s"),
    "votes-invalidated": ("ballot", "Votes were declared invalid: %(name)s"),
    "tally-published": ("ballot", "A result was published: %(name)s"),
    "tally-audited": ("ballot", "A result was counted again: %(name)s"),
    "survey-planned": ("survey", "A survey was planned: %(name)s"),
    "survey-card-published": ("survey", "How a survey was made was published: %(name)s"),
    "results-published": ("survey", "Results of a survey were published: %(name)s"),
    "result-retracted": ("survey", "Results of a survey were retracted: %(name)s"),
    "commitment-made": ("commitment", "A promise was made: %(name)s"),
    "commitment-progressed": ("commitment", "Progress of a promise was stated: %(name)s"),
    "commitment-delivered": ("commitment", "A promise is stated to be kept: %(name)s"),
    "delivery-disputed": ("commitment", "That a promise was kept is disputed: %(name)s"),
    "dispute-answered": ("commitment", "A dispute about a promise was answered: %(name)s"),
    "commitment-dropped": ("commitment", "A promise was dropped: %(name)s"),
    "assignment-given": ("assignment", "An assignment was given: %(name)s"),
    "due-date-changed": ("assignment", "An assignment got another day: %(name)s"),
    "assignment-progress-reported": ("assignment", "Progress of an assignment was stated: %(name)s"),
    "assignment-reported": ("assignment", "An assignment was reported on: %(name)s"),
    "assignment-closed": ("assignment", "An assignment was closed: %(name)s"),
    "assignment-cancelled": ("assignment", "An assignment was cancelled: %(name)s"),
    "corrected": ("tag", "A correction: %(name)s"),
}
"""By the topic of an event: the field that names what it is about, and the sentence (a message of the catalogue)."""

NEWS = tuple(topic for topic in TOLD if not topic.startswith("input-"))
"""Of what everybody is told; each view that comes in is told in the feeds of its matter and its own."""

PAGES = {
    "decision": "beslut",
    "input": "forslag",
    "matter": "arende",
    "ballot": "omrostningar",
    "survey": "enkater",
}
"""The first step of the address of the page about each kind of thing."""

_TITLED = {
    "decision": (DECISIONS.name, "title"),
    "matter": (MATTERS.name, "title"),
    "process": (PROCESSES.name, "title"),
    "ballot": (BALLOTS.name, "question"),
    "survey": (SURVEYS.name, "title"),
    "body": (BODIES.name, "name"),
}
KNOWN = {
    "decision": DECISIONS.name,
    "input": INPUTS.name,
    "matter": MATTERS.name,
    "ballot": BALLOTS.name,
    "survey": SURVEYS.name,
    "body": BODIES.name,
}


class About(NamedTuple):
    """What an event is about: `decision`, `ks-12`, and how it is called."""

    kind: str
    id: str
    name: str


def about(rows: Rows, event: Event) -> About:
    """Return what an event is about."""
    kind, _ = TOLD[event.topic]
    named = str(getattr(event, kind))
    if kind == "tag":
        kind, _, named = named.partition(":")
    return About(kind, named, name_of(rows, kind, named))


def name_of(rows: Rows, kind: str, id: str) -> str:
    """Return how a thing is called: its title, for a promise or an assignment the body that owes it, else its id."""
    if kind == "commitment":
        promise: Any = state_of(rows, COMMITMENTS.name, id)
        owner = None if promise is None else promise["owner"]
        return id if owner is None else name_of(rows, "body", owner)
    if kind == "assignment":
        given: Any = state_of(rows, ASSIGNMENTS.name, id)
        return id if given is None else name_of(rows, "body", given["to_unit"])
    if kind not in _TITLED:
        return id
    projection, member = _TITLED[kind]
    state = state_of(rows, projection, id)
    return id if state is None or not state[member] else str(state[member])


def place(told: About) -> tuple[str, ...] | None:
    """Return the path of the page that shows a thing, None where no page is about it alone."""
    if told.kind in {"commitment", "assignment"}:
        return ("loften",)
    return (PAGES[told.kind], told.id) if told.kind in PAGES else None
