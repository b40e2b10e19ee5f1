"""Pages: one module each, with what it shows and what of it is a table; its template has the same name."""

from services.web.page import Page
from services.web.pages import ballot, ballot_votes, ballots, decision, event, events, proposal, proposals

PAGES: tuple[Page, ...] = (
    decision.PAGE,
    proposals.PAGE,
    proposal.PAGE,
    ballots.PAGE,
    ballot.PAGE,
    ballot_votes.PAGE,
    events.PAGE,
    event.PAGE,
)
