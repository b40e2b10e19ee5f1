"""Another page of the site, looked at: what it shows at a moment, and how that reads in a language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from projections.projection import Rows
from projections.rows.port import NotReached
from services.bootstrap import Parts
from services.web.lines import lines_of
from services.web.moments import Moment
from services.web.page import Looked, Page
from services.web.reading import Connections
from services.web.rendering import Links, render
from services.web.stated import MarkedRows, NotingSeen, own, placed
from services.web.veiled import VeiledRows
from services.web.wrong import NotThere
from services.words import opened


class Others:
    """The pages of one ledger's site, as a page about pages looks at them; their words as they may be shown now."""

    def __init__(self, parts: Parts, pages: Sequence[tuple[Page, re.Pattern[str]]]) -> None:
        self._parts, self._pages = parts, pages

    def look(
        self,
        connections: Connections,
        newest: Rows,
        path: str,
        query: Mapping[str, str],
        moment: Moment,
        on: str,
        language: str,
    ) -> Looked | None:
        """Return a page at a position, None where nothing is there. Raises Refused."""
        for page, pattern in self._pages:
            matched = pattern.fullmatch(path)
            if matched is None:
                continue
            named = {name: query[name] for name in page.query if name in query}
            try:
                with self._parts.rows(moment.position) as rows:
                    held = self._parts.settings.ledger, MarkedRows(VeiledRows(rows, newest)), connections.reader
                    shown = page.show(NotingSeen(*held, moment, on, matched.groupdict(), named))
            except NotReached as error:
                raise NotThere("The record has not come to this position yet.") from error
            if shown is None:
                return None
            # Where it was read is no difference.
            shown = opened(own(placed(shown, 0)), connections.reader, self._parts.vault, newest)
            html = render(
                f"{page.name}.html",
                language,
                Links("", language),
                page=page,
                data=shown,
                head=0,
                on=on,
                here=path,
                query=named,
                origin=self._parts.settings.ledger,
            )
            return Looked(shown, lines_of(html))
        return None
