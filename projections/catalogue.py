"""All projections, and every event that deliberately has none."""

from __future__ import annotations

from ledger.messages import Event
from projections.assignments import ASSIGNMENTS
from projections.ballots import BALLOTS, VOTERS, VOTES
from projections.bodies import BODIES, DELEGATION_ORDERS, MANDATES, UNITS
from projections.claims import CLAIMS, EVIDENCE, REFERENCES
from projections.commitments import COMMITMENTS
from projections.corrections import CORRECTIONS
from projections.custody import RESTORATIONS, SIGNING_KEYS
from projections.decisions import DECISIONS, DISPOSITIONS, POSITIONS
from projections.documents import DOCUMENTS, FILED, PROPOSALS, TAKEN_DOWN
from projections.governance import RULES
from projections.indicators import INDICATOR_LINKS, INDICATOR_VALUES, INDICATORS
from projections.inputs import INPUTS, SCOPE, SUPPORTS
from projections.matters import MATTER_NUMBERS, MATTERS
from projections.meetings import ITEM_DECISIONS, ITEMS, MEETING_DAYS, MEETINGS
from projections.methods import CHANNELS, GROUPS, METHODS
from projections.origins import origins
from projections.participants import ERASURES, HOLDS, PARTICIPANTS
from projections.petitions import AUTHORS, CRITICISM, SIGNATURES
from projections.processes import HEARD, PROCESSES, VOICES
from projections.programmes import PROGRAMME_LINKS, PROGRAMMES
from projections.projection import Projection
from projections.responses import RESPONSES
from projections.surveys import SURVEY_ANSWERS, SURVEY_LINKS, SURVEY_QUESTIONS, SURVEY_RELEASES, SURVEYS

_SUBJECTS: tuple[Projection, ...] = (
    BODIES,
    UNITS,
    MANDATES,
    DELEGATION_ORDERS,
    MATTERS,
    MATTER_NUMBERS,
    PROCESSES,
    HEARD,
    VOICES,
    INPUTS,
    SUPPORTS,
    SCOPE,
    SIGNATURES,
    CRITICISM,
    AUTHORS,
    BALLOTS,
    VOTES,
    VOTERS,
    RESPONSES,
    DECISIONS,
    DISPOSITIONS,
    POSITIONS,
    PROGRAMMES,
    PROGRAMME_LINKS,
    MEETINGS,
    MEETING_DAYS,
    ITEMS,
    ITEM_DECISIONS,
    ASSIGNMENTS,
    SURVEYS,
    SURVEY_QUESTIONS,
    SURVEY_ANSWERS,
    SURVEY_RELEASES,
    SURVEY_LINKS,
    INDICATORS,
    INDICATOR_VALUES,
    INDICATOR_LINKS,
    ERASURES,
    PARTICIPANTS,
    HOLDS,
    RULES,
    DOCUMENTS,
    FILED,
    PROPOSALS,
    TAKEN_DOWN,
    METHODS,
    CHANNELS,
    GROUPS,
    COMMITMENTS,
    CLAIMS,
    EVIDENCE,
    REFERENCES,
    CORRECTIONS,
    SIGNING_KEYS,
    RESTORATIONS,
)
"""The read models of the subjects, in their order."""

ORIGINS = origins(tuple(dict.fromkeys(kind for each in _SUBJECTS for kind in each.types)))
PROJECTIONS: tuple[Projection, ...] = (*_SUBJECTS, ORIGINS)
"""Every read model, in the order of the subjects; last the one over all events."""

NOT_PROJECTED: dict[type[Event], str] = {}
"""Events no read model shows, each with the reason; none so far."""
