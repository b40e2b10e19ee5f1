"""`liggare fsck` and `liggare repair`: everything that is damaged, what mends it, and mending it."""

from __future__ import annotations

from contextlib import closing

from services.cli.exits import Exit, Failure
from services.cli.output import called, emit, say, write
from services.cli.proving import moving
from services.engines import engine
from services.mending.fsck import Examined
from services.mending.fsck import fsck as look
from services.mending.repair import Repaired, proposed
from services.mending.repair import repair as mend
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


# --- Repair -----------------------------------------------------------------------------------
def repair(settings: Settings, named: str | None, *, dry: bool, confirmed: bool, as_json: bool) -> Exit:
    """Mend what can be mended, or say what would be. Raises Failure where it is not confirmed."""
    with closing(engine(settings).reader()) as reader:
        head = reader.head()
    with moving("looking", head) as moved:
        done = mend(settings, named, moved) if confirmed and not dry else proposed(settings, named, moved)
    if dry or confirmed:
        _tell(done, as_json=as_json)
        return Exit(done.after.damages.exit_code)
    if done.would_do:
        for line in _steps(done):
            say(line)
        sentence = "this changes the ledger's database as its owner; keep a copy of it as it is. Add --yes to do it"
        raise Failure(Exit.NEEDS_CONFIRMATION, sentence)
    _tell(done, as_json=as_json)
    return Exit(done.after.damages.exit_code)


def _steps(done: Repaired) -> list[str]:
    return [f"  {'mend' if step.accepted else 'leave'} {step.place}: {step.what}" for step in done.steps]


def _tell(done: Repaired, *, as_json: bool) -> None:
    if as_json:
        steps = [step._asdict() for step in done.steps]
        recorded = [{"at": at, "position": position} for at, position in done.recorded]
        emit({"steps": steps, "recorded": recorded, "left": done.after.to_json()})
        return
    told = [
        f"  recorded: the entry at position {at} was put back; see {called()} show event {position}"
        for at, position in done.recorded
    ]
    write("".join(f"{line}\n" for line in (*done.after.lines(), *_steps(done), *told)).encode())
