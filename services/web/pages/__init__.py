"""Pages: one module each, with what it shows and what of it is a table; its template has the same name."""

from services.web.page import Page
from services.web.pages import decision

PAGES: tuple[Page, ...] = (decision.PAGE,)
