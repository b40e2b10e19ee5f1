"""The forms of a page: HTML, its twins for programs, JSON and CSV, and its pictures as files (SVG)."""

from __future__ import annotations

import csv
import io
from typing import Any, NamedTuple

from services.web.drawing import SVG
from services.web.formulas import inert
from services.web.page import Table
from services.web.responses import CSV, HTML, JSON


class Form(NamedTuple):
    """A form of a page: the suffix of its address, and its media type."""

    suffix: str
    media_type: str


AS_HTML, AS_JSON, AS_CSV, AS_SVG = Form("", HTML), Form(".json", JSON), Form(".csv", CSV), Form(".svg", SVG)


def address(path: str, form: Form, language: str) -> str:
    """Return the address of a page in a form and a language, below the site's prefix."""
    place = f"/en{path}" if language == "en" else path
    return place + ("index" if form.suffix and place.endswith("/") else "") + form.suffix


def written(table: Table) -> bytes:
    """Return a table as CSV (RFC 4180, UTF-8); what a spreadsheet would take for a formula gets an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table.header)
    writer.writerows([[_cell(value) for value in row] for row in table.rows])
    return file.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return inert(value)
    return "" if value is None else value
