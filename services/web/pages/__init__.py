"""Pages: one module each, with what it shows and what of it is a table; its template has the same name."""

from services.web.page import Page
from services.web.pages import (
    about,
    audit,
    ballot,
    ballot_votes,
    ballots,
    corrections,
    decision,
    definitions,
    erasures,
    event,
    events,
    gaps,
    law,
    open_data,
    proposal,
    proposals,
    search,
)

PAGES: tuple[Page, ...] = (
    decision.PAGE,
    proposals.PAGE,
    proposal.PAGE,
    ballots.PAGE,
    ballot.PAGE,
    ballot_votes.PAGE,
    search.PAGE,
    events.PAGE,
    event.PAGE,
    audit.PAGE,
    corrections.PAGE,
    erasures.PAGE,
    gaps.PAGE,
    open_data.PAGE,
    definitions.PAGE,
    about.PAGE,
    law.ACCESSIBILITY,
    law.PERSONAL,
)
