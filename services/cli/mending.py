"""`liggare fsck`: everything that is damaged, and what mends it."""

from __future__ import annotations

from contextlib import closing

from services.cli.exits import Exit
from services.cli.output import emit, write
from services.cli.proving import moving
from services.engines import engine
from services.mending.fsck import Examined
from services.mending.fsck import fsck as look
from services.settings import Settings


def fsck(settings: Settings, *, as_json: bool) -> Exit:
    """Look at everything and write what is damaged, where, and what mends it."""
    with closing(engine(settings).reader()) as reader:
        head = reader.head()
    with moving("looking", head) as moved:
        found = look(settings, moved)
    _write(found, as_json=as_json)
    return Exit(found.damages.exit_code)


def _write(found: Examined, *, as_json: bool) -> None:
    if as_json:
        emit(found.to_json())
    else:
        write("".join(f"{line}\n" for line in found.lines()).encode())
