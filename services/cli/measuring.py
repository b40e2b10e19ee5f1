"""`liggare show measure`: one measure of influence, or all with their headlines, of a part of the ledger."""

from __future__ import annotations

from projections.measures import catalogue
from projections.measures.scope import Scope
from projections.projection import Rows
from projections.views.answer import Answer
from services.cli.exits import Exit, Failure


def measured(rows: Rows, name: str | None, of: tuple[str, ...], *, on: str) -> Answer | None:
    """Return a measure, without a name all of them; None where the ledger has no such part. Raises Failure."""
    scope = scope_of(of)
    try:
        return catalogue.listed(rows, scope, on=on) if name is None else catalogue.measure(rows, name, scope, on=on)
    except catalogue.Misasked as wrong:
        named = str(name) if wrong.place == "name" else f"--of {wrong.place}"
        raise Failure(Exit.USAGE, f"{named} {wrong}") from None


def scope_of(of: tuple[str, ...]) -> Scope:
    """Return the part of a ledger that texts such as `process:dialog` name together. Raises Failure."""
    parts = [each.partition(":") for each in of]
    for each, (name, _, value) in zip(of, parts, strict=True):
        if name not in Scope._fields or not value:
            known = ", ".join(Scope._fields)
            raise Failure(Exit.USAGE, f"--of {each!r} names no part; write it as process:ID, with one of: {known}")
    return Scope(**{name: value for name, _, value in parts})
