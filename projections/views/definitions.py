"""The definitions behind all views, in words, so that a figure can be checked against what it claims."""

from __future__ import annotations

from projections.projection import Rows
from projections.views import (
    assignments,
    ballots,
    bodies,
    claims,
    commitments,
    corrections,
    criticism,
    custody,
    decisions,
    delegations,
    documents,
    gaps,
    groups,
    indicators,
    influence,
    inputs,
    matters,
    meetings,
    methods,
    mine,
    notices,
    overview,
    participants,
    positions,
    processes,
    programmes,
    responses,
    rules,
    survey_compare,
    surveys,
)
from projections.views.answer import Answer

VIEWS = (
    overview,
    bodies,
    matters,
    processes,
    groups,
    inputs,
    criticism,
    ballots,
    responses,
    decisions,
    delegations,
    positions,
    influence,
    programmes,
    meetings,
    notices,
    assignments,
    surveys,
    survey_compare,
    indicators,
    mine,
    participants,
    rules,
    documents,
    methods,
    commitments,
    claims,
    corrections,
    custody,
    gaps,
)

DEFINITIONS = tuple(view.DEFINITION for view in VIEWS)


def definitions(rows: Rows) -> Answer:
    """Return every definition whole, with its hash and the versions of the read models it rests on."""
    return {"position": rows.position, "definitions": [each.whole() for each in DEFINITIONS]}
