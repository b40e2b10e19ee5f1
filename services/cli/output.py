"""Data goes to standard output, as UTF-8 whatever the locale; prose and progress to standard error."""

from __future__ import annotations

import csv
import io
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from services.cli.exits import PipeClosed


# --- Data -------------------------------------------------------------------------------------
def write(content: bytes) -> None:
    """Write to standard output at once. Raises PipeClosed when nobody reads it any more, and OSError."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        silence()
        raise PipeClosed from None
    except OSError:
        silence()
        raise


def silence() -> None:
    """Let everything that still goes to standard output vanish, also what is flushed at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def occupy() -> None:
    """Open standard streams that were closed before we began; what goes there vanishes.

    Left closed, their numbers would go to the next files opened, such as a database.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123  for the life of the process
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123


def emit(value: Any) -> None:
    """Write a value as one line of JSON."""
    write(to_json(value) + b"\n")


def emit_lines(values: Iterable[Any]) -> None:
    """Write every value as a line of JSON, a few hundred at a time."""
    _in_pieces(to_json(value) + b"\n" for value in values)


def emit_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table with a header as RFC 4180 asks, but with line feeds; absent values are empty."""
    _in_pieces(_csv_line(row) for row in _with(header, rows))


def _with(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows


def _csv_line(row: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([_cell(value) for value in row])
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list | tuple):
        return to_json(value).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _in_pieces(lines: Iterable[bytes]) -> None:
    piece = bytearray()
    for line in lines:
        piece += line
        if len(piece) > 1 << 16:
            write(bytes(piece))
            piece.clear()
    write(bytes(piece))


def outline(value: Any, indent: int = 0) -> Iterator[str]:
    """Yield a JSON value as indented lines for a reader; members that are absent or empty are left out."""
    margin = "  " * indent
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _member(margin, f"{name}:", member, indent)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _member(margin, "-", member, indent)
    else:
        yield f"{margin}{_plain(value)}"


def _member(margin: str, label: str, member: Any, indent: int) -> Iterator[str]:
    if member is None or (isinstance(member, Mapping | list | tuple) and not member):
        return
    if isinstance(member, Mapping | list | tuple):
        yield f"{margin}{label}"
        yield from outline(member, indent + 1)
    else:
        text = _plain(member)
        if "\n" in text:
            yield f"{margin}{label}"
            yield from (f"{margin}  {line}" for line in text.splitlines())
        else:
            yield f"{margin}{label} {text}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def emit_outline(value: Any) -> None:
    """Write a value as an outline."""
    _in_pieces(line.encode() + b"\n" for line in outline(value))


# --- Prose ------------------------------------------------------------------------------------
def say(sentence: str) -> None:
    """Write a sentence to standard error; a closed one is no reason to stop."""
    try:
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()
    except OSError:
        return


def called() -> str:
    """Return the command as the user called it, to be repeated: liggare, or .venv/bin/liggare."""
    path = Path(sys.argv[0])
    if path.name != "liggare":
        return f"{shlex.quote(sys.executable)} -m services.cli.main" if path.name == "main.py" else "liggare"
    found = shutil.which("liggare")
    return "liggare" if found and Path(found).absolute() == path.absolute() else shlex.quote(str(path))


@contextmanager
def quietly() -> Iterator[None]:
    """Keep log lines of the library from standard error, where nobody set up logging: the answer says it all."""
    import logging  # noqa: PLC0415  help does without

    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(nowhere)


def _nowhere(_: int) -> None:
    return


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while work goes on; the yielded function takes how much was done.

    Where standard error is no terminal, nothing is shown.
    """
    if not sys.stderr.isatty():
        yield _nowhere
        return
    from rich.console import Console  # noqa: PLC0415  costs a tenth of a second, for terminals alone
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)
