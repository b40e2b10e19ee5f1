"""Who was heard: groups that took part and groups that did not, channels, languages, and what is not published."""

from __future__ import annotations

from projections.views import groups
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table


def show(seen: Seen) -> Shown:
    """Return the groups and channels of all processes, those nothing came from too."""
    found = groups.participation(seen.rows)
    assert found is not None, "nobody asked for one process"
    things = [("process", each) for group in found["groups"] for each in (*group["processes"], *group["unheard_in"])]
    return {
        "inputs": found["inputs"],
        "sessions": found["sessions"],
        "groups": found["groups"],
        "not_evidenced": found["not_evidenced"],
        "channels": found["channels"],
        "exits": found["exits"],
        "languages": found["languages"],
        "not_published": found["not_published"],
        "names": names(seen.rows, things),
        "definitions": whole(groups.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each group."""
    members = ("group", "name_sv", "name_en", "sessions", "attendances", "uncounted_sessions", "evidenced")
    return Table(members, [[each[name] for name in members] for each in shown["groups"]])


PAGE = Page("participation", "/deltagande", show, table, section="contents")
