"""Pages: one module each, with what it shows and what of it is a table; its template has the same name."""

from services.web.page import Page
from services.web.pages import (
    about,
    audit,
    corrections,
    decision,
    decisions,
    definitions,
    erasures,
    event,
    events,
    gaps,
    law,
    matter,
    open_data,
    proposal,
    proposals,
    search,
    start,
)
from services.web.pages.of_figures import FIGURES

PAGES: tuple[Page, ...] = (
    start.PAGE,
    decisions.PAGE,
    decision.PAGE,
    matter.PAGE,
    proposals.PAGE,
    proposal.PAGE,
    *FIGURES,
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
