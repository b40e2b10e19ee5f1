"""`liggare rebuild`: whether the views are what the record says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import cast

from projections.catalogue import PROJECTIONS
from projections.rebuild import Checked, Rebuilt
from projections.rebuild import check as compare
from projections.rebuild import rebuild as build_anew
from projections.rows.stored import StoredRows
from services.bootstrap import Parts, prepared
from services.cli.exits import Exit
from services.cli.output import emit, progress, say
from services.engines import engine
from services.settings import Settings


@contextmanager
def moving(label: str, total: int) -> Iterator[Callable[[int, int], None]]:
    """Show a bar for work that tells the position it has reached."""
    with progress(label, total) as advance:
        reached = 0

        def moved(position: int, head: int) -> None:
            nonlocal reached
            advance(max(0, position - reached))
            reached = max(reached, position)

        yield moved


# --- Read models ------------------------------------------------------------------------------
def rebuild(settings: Settings, *, check: bool, as_json: bool) -> Exit:
    """Rebuild every read model, or compare each with a replay."""
    with prepared(settings) as parts:
        return _check(parts, as_json=as_json) if check else _rebuild(settings, as_json=as_json)


def _rebuild(settings: Settings, *, as_json: bool) -> Exit:
    chosen = engine(settings)
    with (
        closing(chosen.reader()) as reader,
        closing(chosen.rows_writer()) as writer,
        moving("building read models", reader.head()) as moved,
    ):
        built = build_anew(reader, writer, PROJECTIONS, progress=moved)
    if as_json:
        emit({"read_models": [each._asdict() for each in built]})
    for each in built:
        _say_built(each)
    return Exit.INCOMPLETE if any(each.error for each in built) else Exit.FINE


def _say_built(built: Rebuilt) -> None:
    if built.error:
        say(f"{built.name}: halted at {built.error}; the former rows stay shown. Fix the cause and run this again.")
    else:
        say(f"{built.name}: built anew up to position {built.position}")


def _check(parts: Parts, *, as_json: bool) -> Exit:
    with closing(parts.reader()) as reader, moving("replaying", reader.head()) as moved:
        found = compare(reader, cast(Callable[[int | None], StoredRows], parts.rows), PROJECTIONS, progress=moved)
    if as_json:
        emit({"equal": all(each.equal for each in found), "read_models": [_checked(each) for each in found]})
    for each in found:
        if not each.equal:
            say(_difference(each))
    if all(each.equal for each in found):
        say(f"{len(found)} read models are what a replay of the record gives.")
        return Exit.FINE
    return Exit.VIEW_DIFFERS


def _checked(found: Checked) -> dict[str, object]:
    return found._asdict() | {"equal": found.equal}


def _difference(found: Checked) -> str:
    what = found.error or (f"key {found.key}" if found.key else f"figure {found.figure}")
    return f"liggare: {found.name} differs from replay at position {found.position}: {what}; run `liggare rebuild`"
