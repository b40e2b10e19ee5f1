"""The catalogue of methods: where each was tried, what was said of it, and on whose word."""

from __future__ import annotations

from projections.projection import Rows
from projections.views import groups, methods
from projections.views.answer import PAGE_SIZE_MAX
from projections.views.answer import Page as Part
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table


def show(seen: Seen) -> Shown:
    """Return every method with its trials and lessons, and every channel with what came through it."""
    listed = methods.methods(seen.rows, Part(PAGE_SIZE_MAX))["methods"]
    found = [shown["method"] for each in listed if (shown := methods.method(seen.rows, each["method"])) is not None]
    things = [("process", trial["process"]) for each in found for trial in each["trials"]]
    things += [("body", trial["owner"]) for each in found for trial in each["trials"]]
    return {
        "methods": found,
        "channels": [*methods.channels(seen.rows, Part(PAGE_SIZE_MAX))["channels"], *_unregistered(seen.rows)],
        "names": names(seen.rows, things),
        "definitions": whole(methods.DEFINITION),
    }


def _unregistered(rows: Rows) -> list[Shown]:
    """Return the channels that inputs came by and that nobody registered, in the shape of those that somebody did."""
    found: dict[str, Shown] = {}
    for each in groups.voices(rows, ""):
        if not each["registered"]:
            blank = {**each, "inputs": 0, "counts_as_influence": True}
            found.setdefault(each["channel"], blank)["inputs"] += each["inputs"]
    return list(found.values())


def table(shown: Shown) -> Table:
    """Return a line for each verdict on a trial, and one for each method that has none."""
    header = ("method", "name_sv", "process", "verdict", "standing", "claimed_by")
    lines = []
    for each in shown["methods"]:
        said = [(trial["process"], one) for trial in each["trials"] for one in trial["assessments"]]
        named = (each["method"], each["name_sv"])
        lines += [(*named, place, one["verdict"], one["standing"], one["claimed_by"]) for place, one in said]
        lines += [] if said else [(*named, None, None, None, None)]
    return Table(header, lines)


PAGE = Page("methods", "/metoder", show, table, section="methods")
