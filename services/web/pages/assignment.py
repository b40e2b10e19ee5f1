"""An assignment: who was to do what by which day, with whom, what came of it, and where accounts of it differ."""

from __future__ import annotations

from projections.views import assignments
from projections.views.answer import picked
from projections.views.groups import named
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

GROUP_NAMES = ("name_sv", "name_en")


def show(seen: Seen) -> Shown | None:
    """Return the assignment with every account of it; None where there is none."""
    found = assignments.assignment(seen.rows, seen.path["assignment"], on=seen.on)
    if found is None:
        return None
    given = found["assignment"]
    things = [("body", given[name]) for name in ("by_body", "to_unit", "report_to")]
    things += [("decision", given["decision"]), ("matter", given["matter"])]
    things += [("body", each["to_unit"]) for each in found["accounts"]]
    things += [("document", each["document"]) for each in found["accounts"]]
    things += [("document", document) for each in found["accounts"] for document in each["date_is_of"]]
    if given["reported"] is not None:
        things.append(("document", given["reported"]["document"]))
    groups = [each | picked(named(seen.rows, each["group"]), *GROUP_NAMES) for each in found["groups"]]
    return {**found, "groups": groups, "names": names(seen.rows, things), "definitions": whole(assignments.DEFINITION)}


def table(shown: Shown) -> Table:
    """Return a line for each account."""
    members = ("document", "to_unit", "said_date", "unit_differs", "text_differs", "date_differs")
    return Table(
        (*members, "text", "position"),
        [
            (*(each[name] for name in members), (each["text"] or {}).get("text"), each["recorded"]["position"])
            for each in shown["accounts"]
        ],
    )


PAGE = Page("assignment", "/uppdrag/{assignment}", show, table, section="promises")
