"""`liggare doctor`: what could lose, leak or stop something, each finding with its remedy."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from ledger.entries import decode
from ledger.log.continuity import check_continuity
from ledger.log.errors import ProofError
from ledger.store import postgres_session, sqlite_session
from ledger.store.port import StoreError, StoreUnfit
from ledger.vault.errors import KeyStoreError, SecretExposed, SecretMalformed
from services.bootstrap import prepared
from services.cli.exits import Exit, explained
from services.cli.looking import standing
from services.cli.output import emit, write
from services.engines import engine
from services.keys import log_folder
from services.settings import Settings

CLOCK_SECONDS_MAX = 1.0
LAG_EVENTS_MAX = 10_000
SECRETS = ("kek", "log.key", "log.mldsa.key", "log.next.key", "log.next.mldsa.key")
WRITER, OWNER = "liggare_writer", "liggare_owner"
SECOND_LOGIN = f"make a second login, GRANT {WRITER} TO it and nothing else, and let the server use that one"
APPEND_ONLY = ("event", "event_tag", "request")


class Grade(StrEnum):
    """How bad a finding is: `problem` must be mended, `warning` should be, `fine` is."""

    FINE = "fine"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(NamedTuple):
    """One thing that was looked at; `code` is what a problem makes the doctor exit with."""

    check: str
    grade: Grade
    found: str
    remedy: str = ""
    code: Exit = Exit.COULD_NOT_RUN


SHOWN = ("check", "grade", "found", "remedy")


Checks = Iterator[Finding]


def doctor(settings: Settings, *, as_json: bool) -> Exit:
    """Look at everything and write what was found; exit with the gravest problem's code: 4 fork, 3 gaps, 1 any other."""
    findings: list[Finding] = []
    for check in CHECKS:
        # A store that is away would be told of by every check.
        told = {finding.found for finding in findings}
        findings += [finding for finding in _looked(check, settings) if finding.found not in told]
    if as_json:
        emit({"findings": [{name: getattr(finding, name) for name in SHOWN} for finding in findings]})
    else:
        lines = [
            f"{grade:8} {check}: {found}" + (f" -> {remedy}" if remedy else "")
            for check, grade, found, remedy, _ in findings
        ]
        write("".join(f"{line}\n" for line in lines).encode())
    return max((finding.code for finding in findings if finding.grade is Grade.PROBLEM), default=Exit.FINE)


def _looked(check: Callable[[Settings], Checks], settings: Settings) -> list[Finding]:
    """Return what one check finds; one that cannot be made is a problem itself and stops no other."""
    name = check.__name__.strip("_").replace("_", " ")
    findings: list[Finding] = []
    try:
        findings += check(settings)
    except ProofError as error:
        findings.append(_refused(name, error))
    except (StoreError, KeyStoreError, SecretExposed, SecretMalformed, OSError) as error:
        sentence, _, remedy = " ".join(str(error).split()).partition("; ")
        findings.append(Finding(name, Grade.PROBLEM, sentence, remedy or "mend this first, then ask again"))
    return findings


def _refused(check: str, error: ProofError) -> Finding:
    failure = explained(error)
    code = failure.code if failure else Exit.INTEGRITY
    sentence, _, remedy = str(error).partition("; ")
    return Finding(check, Grade.PROBLEM, sentence, remedy or "put the old file back", code)


# --- The store --------------------------------------------------------------------------------
def _durability(settings: Settings) -> Checks:
    try:
        warnings = engine(settings).check(production=False)
    except StoreUnfit as error:
        sentence, _, remedy = str(error).partition("; ")
        yield Finding("durability", Grade.PROBLEM, sentence, remedy)
        return
    for warning in warnings:
        sentence, _, remedy = warning.partition("; ")
        yield Finding("durability", Grade.WARNING, sentence, remedy)
    if not warnings:
        yield Finding("durability", Grade.FINE, "what is acknowledged is on disk")


def _roles(settings: Settings) -> Checks:
    if settings.sqlite_path is not None:
        mode = stat.S_IMODE(settings.sqlite_path.stat().st_mode)
        if mode & 0o022:
            remedy = f"chmod go-w {settings.sqlite_path}"
            yield Finding("roles", Grade.PROBLEM, f"others may write the database (mode {mode:04o})", remedy)
        else:
            yield Finding("roles", Grade.FINE, "only its owner may write the database; triggers keep it append-only")
        return
    with postgres_session.translated(), closing(postgres_session.connect(settings.store)) as connection:
        yield from _postgres_roles(connection)


def _postgres_roles(connection: psycopg.Connection[Any]) -> Checks:
    row = connection.execute(
        "SELECT session_user, rolsuper, current_user FROM pg_roles WHERE rolname = session_user"
    ).fetchone()
    login, is_super, acting_as = row if row is not None else ("unknown", False, "unknown")
    if is_super:
        found = f"{login} is a superuser, whom no right stops: it could drop the triggers"
        yield Finding("roles", Grade.WARNING, found, SECOND_LOGIN)
    elif _may_be_owner(connection):
        found = f"{login} is a member of {OWNER} and could drop the triggers"
        yield Finding("roles", Grade.WARNING, found, SECOND_LOGIN)
    if acting_as != WRITER:
        remedy = "run `liggare init` once as a role that may create roles, then GRANT liggare_writer TO the login"
        yield Finding(
            "roles", Grade.WARNING, "there is no role liggare_writer: triggers alone protect the record", remedy
        )
        return
    open_tables = [
        table
        for table in APPEND_ONLY
        for (may,) in connection.execute(
            "SELECT has_table_privilege(%s, 'UPDATE') OR has_table_privilege(%s, 'DELETE')", (table, table)
        )
        if may
    ]
    if open_tables:
        remedy = f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(open_tables)} FROM liggare_writer"
        yield Finding("roles", Grade.PROBLEM, "the writer may change what is recorded", remedy)
    else:
        yield Finding("roles", Grade.FINE, "the writer may append and nothing else")


def _may_be_owner(connection: psycopg.Connection[Any]) -> bool:
    statement = "SELECT FROM pg_roles WHERE rolname = %s AND pg_has_role(session_user, oid, 'MEMBER')"
    return connection.execute(statement, (OWNER,)).fetchone() is not None


def _positions(settings: Settings) -> Checks:
    statement = "SELECT count(*), coalesce(max(position), 0), coalesce(min(position), 1) FROM event WHERE ledger_id = "
    with closing(engine(settings).reader()) as reader:
        head = reader.head()
    path = settings.sqlite_path
    if path is not None:
        with sqlite_session.translated(), closing(sqlite_session.connect(path)) as connection:
            row = _row(connection, statement + "?", sqlite_session.ledger_number(connection, settings.ledger))
    else:
        with postgres_session.translated(), closing(postgres_session.connect(settings.store)) as session:
            number = postgres_session.ledger_number(session, settings.ledger)
            row = session.execute(f"{statement}%s", (number,)).fetchone() or (0, 0, 1)
    count, last, first = row
    if count == last >= head and first == 1:
        yield Finding("positions", Grade.FINE, f"1 to {last} without a gap")
    else:
        found = f"{count} events between the positions {first} and {last}, and the head says {head}"
        remedy = "run `liggare verify`, then restore from a copy that verifies"
        yield Finding("positions", Grade.PROBLEM, found, remedy, Exit.INTEGRITY)


def _continuity(settings: Settings) -> Checks:
    with closing(engine(settings).reader()) as reader:
        published = reader.last_checkpoint()
        try:
            kept = check_continuity(reader, log_folder(settings))
        except ProofError as error:
            yield _refused("continuity", error)
            return
    yield _second_place(settings)
    if kept is not None:
        yield Finding("continuity", Grade.FINE, f"holds what was signed, up to {kept.size}")
    elif published is not None:
        found = f"{settings.keys} keeps no last checkpoint: a rolled-back database would not be noticed"
        remedy = "compare with one kept elsewhere, `liggare verify --since FILE`, before you let `liggare serve` go on"
        yield Finding("continuity", Grade.WARNING, found, remedy)
    else:
        yield Finding("continuity", Grade.FINE, "nothing has been signed yet")


def _second_place(settings: Settings) -> Finding:
    if settings.second_place is None:
        found = "the last checkpoint is kept beside the keys alone; LIGGARE_SECOND_PLACE names a folder elsewhere"
        return Finding("second place", Grade.FINE, found)
    if settings.second_place.stat().st_dev == settings.keys.stat().st_dev:
        found, remedy = f"{settings.second_place} is on the same storage as the keys", "name a folder on other storage"
        return Finding("second place", Grade.WARNING, found, remedy)
    return Finding("second place", Grade.FINE, f"the last checkpoint is kept in {settings.second_place} as well")


def _row(connection: sqlite3.Connection, statement: str, number: int) -> tuple[int, int, int]:
    row: tuple[int, int, int] = connection.execute(statement, (number,)).fetchone()
    return row


# --- The keys ---------------------------------------------------------------------------------
def _keys(settings: Settings) -> Checks:
    if not settings.keys.is_dir():
        yield Finding(
            "keys", Grade.PROBLEM, f"there is no folder {settings.keys}", "name it with --keys, or restore it"
        )
        return
    loose = [path for path in (settings.keys, *sorted(settings.keys.iterdir())) if _is_open(path)]
    for path in loose:
        mode = stat.S_IMODE(path.stat().st_mode)
        yield Finding("keys", Grade.PROBLEM, f"{path} is open to others (mode {mode:04o})", f"chmod go-rwx {path}")
    if settings.kek is None and not (settings.keys / "kek").is_file():
        yield Finding("keys", Grade.PROBLEM, f"{settings.keys} holds no kek", "restore the folder from its backup")
        return
    if not loose:
        with prepared(settings) as parts:
            parts.folder.existing_key()
            parts.folder.next_keys()
            yield Finding("keys", Grade.FINE, f"{settings.keys} opens, and is its owner's alone")


def _is_open(path: Path) -> bool:
    # Checkpoints, verifier keys and lock files are meant to be read by everybody.
    is_secret = path.is_dir() or path.name in SECRETS or path.name.startswith("keys.db")
    return is_secret and bool(path.stat().st_mode & 0o077)


# --- Time and pace ----------------------------------------------------------------------------
def _clock(settings: Settings) -> Checks:
    now = datetime.now(UTC)
    with closing(engine(settings).reader()) as reader:
        head = reader.head()
        last = decode(*reader.at([head])[0]).time if head else None
    if last is not None and datetime.fromisoformat(last) > now + timedelta(seconds=CLOCK_SECONDS_MAX):
        found = f"this machine says {now:%Y-%m-%d %H:%M:%S} UTC, the last event was recorded at {last}"
        yield Finding("clock", Grade.PROBLEM, found, "set the clock by NTP; until then nothing can be recorded")
        return
    if settings.sqlite_path is None:
        with postgres_session.translated(), closing(postgres_session.connect(settings.store)) as connection:
            row = connection.execute("SELECT clock_timestamp()").fetchone()
        apart = abs((row[0] - datetime.now(UTC)).total_seconds()) if row else 0.0
        if apart > CLOCK_SECONDS_MAX:
            yield Finding("clock", Grade.WARNING, f"the database is {apart:.1f} s off this machine", "run NTP on both")
            return
    yield Finding("clock", Grade.FINE, "in step with the record")


def _pace(settings: Settings) -> Checks:
    found = standing(settings)
    halted = [model for model in found["read_models"] if model["halted"]]
    for model in halted:
        remedy = "update liggare, or report it; the other read models go on"
        yield Finding("read models", Grade.PROBLEM, f"{model['read_model']} halted: {model['halted']}", remedy)
    behind = max((model["lag"] for model in found["read_models"] if not model["halted"]), default=found["head"])
    if behind > LAG_EVENTS_MAX:
        yield Finding(
            "read models", Grade.WARNING, f"{behind} events behind", "run `liggare serve`, which keeps them up"
        )
    elif not halted:
        yield Finding("read models", Grade.FINE, f"{behind} events behind")
    signed = found["checkpoint"]["size"] if found["checkpoint"] else 0
    if found["head"] > signed:
        unsigned = f"{found['head'] - signed} events are not under a signed checkpoint"
        yield Finding("checkpoint", Grade.WARNING, unsigned, "run `liggare serve`, which publishes within a second")
    else:
        yield Finding("checkpoint", Grade.FINE, f"signed up to {signed}")


CHECKS: tuple[Callable[[Settings], Checks], ...] = (
    _durability,
    _roles,
    _positions,
    _continuity,
    _keys,
    _clock,
    _pace,
)
"""Everything a doctor looks at, the store first."""
