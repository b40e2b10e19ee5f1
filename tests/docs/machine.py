"""The pages of docs/reference that come from the machinery: settings and fixed limits, the command line."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import typer.main

import services.settings
from services.cli.exits import Exit
from services.cli.main import app
from services.settings import DEFAULT_LEDGER, DEFAULT_STORE
from tests.docs.pages import page, table

ROOT = Path(__file__).resolve().parents[2]


# --- Settings -------------------------------------------------------------------------------------
class Setting(NamedTuple):
    """One variable of the environment."""

    name: str
    default: str
    meaning: str


DEFAULTS = {
    "LIGGARE_STORE": f"`{DEFAULT_STORE}`",
    "LIGGARE_LEDGER": f"`{DEFAULT_LEDGER}`",
    "LIGGARE_KEYS": "`FILE.keys` beside the SQLite file; with PostgreSQL `liggare.keys` in the working folder",
    "LIGGARE_KEK": "the file `kek` in the folder of keys",
    "LIGGARE_MODE": "not production",
}

PLUG_IN = (
    Setting("POSTGRES_DBNAME", "required", "database"),
    Setting("POSTGRES_HOST", "required", "host"),
    Setting("POSTGRES_PORT", "`5432`", "port"),
    Setting("POSTGRES_USER", "required", "user"),
    Setting("POSTGRES_PASSWORD", "required, may be empty", "password"),
    Setting("POSTGRES_GET_PASSWORD_TOPIC", "none", "function that fetches the password, in place of POSTGRES_PASSWORD"),
    Setting("POSTGRES_SCHEMA", "`liggare`", "schema"),
    Setting("SQLITE_DBNAME", "required", "file"),
)
"""What an application written on the library `eventsourcing` sets to use our stores."""

DEVELOPMENT = (
    Setting("LIGGARE_SHARED", "`../shared`", "folder of real data for tests that need it; they are skipped without"),
    Setting("LIGGARE_SOAK_SECONDS", "see `make soak`", "how long the fault tests run"),
)

LIMITS = (
    ("ledger.store.committer.QUEUE_SUBMISSIONS_MAX", "commands waiting in a process; beyond it `OVERLOADED`"),
    ("ledger.store.port.GROUP_SUBMISSIONS_MAX", "commands in one transaction"),
    ("ledger.store.port.CLOCK_BEHIND_SECONDS_MAX", "seconds a group's stamp may lie before the last event's"),
    ("ledger.clock.JUMP_SECONDS_MAX", "seconds the wall clock may jump against uptime before appending stops"),
    ("ledger.application.ATTEMPTS_MAX", "times a contested command is decided again before `CONTENDED`"),
    ("ledger.entries.ENTRY_BYTES_MAX", "bytes of one entry"),
    ("ledger.fields.TEXT_CHARACTERS_MAX", "characters of a free text"),
    ("ledger.log.publisher.PACE_SECONDS", "shortest time in seconds between two checkpoints"),
    ("services.rpc.server.RECEIVED_BYTES_MAX", "bytes of a received gRPC message"),
    ("services.rpc.submit.COMMANDS_MAX", "commands in one message of Submit"),
    ("services.rpc.submit.WINDOW_MESSAGES", "messages of a Submit stream taken before the first is answered"),
    ("services.rpc.chain.UNARY_SECONDS_MAX", "seconds a unary call without a deadline gets"),
    ("services.rpc.server.GRACE_SECONDS", "seconds calls under way get when the server stops"),
)
"""Limits that are fixed in the code."""


def described() -> list[Setting]:
    """Return the settings as the one reader of the environment describes them."""
    lines = re.findall(r"(?m)^(LIGGARE_\w+)\s+(.+)$", services.settings.__doc__ or "")
    return [Setting(name, DEFAULTS.get(name, "not set"), meaning) for name, meaning in lines]


def settings_page() -> str:
    """Return the page of settings and fixed limits."""
    return page(
        "Settings",
        "A setting is an option of the command line, else a variable of the environment, else the default. "
        "`--store`, `--ledger` and `--keys` stand for the first three. No option holds a secret.",
        _settings(described()),
        "## The `eventsourcing` plug-in",
        "Applications written on the library's DCB classes set `PERSISTENCE_MODULE` to `ledger.store.postgres` or "
        "`ledger.store.sqlite` and these:",
        _settings(PLUG_IN),
        "## For tests",
        _settings(DEVELOPMENT),
        "## Fixed limits",
        table(("limit", "value", "meaning"), [(f"`{name}`", _value(name), meaning) for name, meaning in LIMITS]),
    )


def _settings(settings: Any) -> str:
    return table(
        ("variable", "default", "meaning"), [(f"`{each.name}`", each.default, each.meaning) for each in settings]
    )


def _value(name: str) -> str:
    module, _, constant = name.rpartition(".")
    value = getattr(importlib.import_module(module), constant)
    return f"{value:,}"


# --- The command line -----------------------------------------------------------------------------
MEANINGS = {
    Exit.FINE: "fine",
    Exit.COULD_NOT_RUN: "could not run, or a rule refused the one command; the sentence says which",
    Exit.USAGE: "the command line or its input is wrong",
    Exit.INTEGRITY: "integrity failure: the record is not what was recorded",
    Exit.FORK: "fork: two histories were signed, or the database is behind what was signed",
    Exit.VIEW_DIFFERS: "a read model differs from a replay",
    Exit.INCOMPLETE: "incomplete: some of many commands were refused, or some of the proof is missing",
    Exit.BUSY: "busy: another process holds what is needed; try again",
    Exit.NOT_FOUND: "there is no such thing",
    Exit.NEEDS_CONFIRMATION: "needs confirmation",
}
"""What each exit code means; all of them must be here."""


def verbs() -> list[tuple[str, Any]]:
    """Return every verb of the command line with its command, in the order of the help."""
    return list(_verbs("", typer.main.get_command(app)))


def _verbs(prefix: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _verbs(f"{prefix}{name} ", command)
        else:
            yield f"{prefix}{name}", command


def cli() -> str:
    """Return the page of the command line."""
    main = typer.main.get_command(app)
    return page(
        "The command line",
        "`liggare VERB …`. Data goes to standard output, prose and progress to standard error.",
        "These options may stand before or after any verb:",
        _options(main),
        *(part for name, command in verbs() for part in _verb(name, command)),
        "## Exit codes",
        "The numbers never change.",
        table(("code", "meaning"), [(str(int(code)), MEANINGS[code]) for code in Exit]),
    )


def _verb(name: str, command: Any) -> Iterator[str]:
    yield f"## {name}"
    arguments = "".join(f" {_argument(each)}" for each in command.params if each.param_type_name == "argument")
    yield f"`liggare {name}{arguments}`"
    yield " ".join(str(command.help).split())
    if command.params:
        yield _options(command)


def _argument(parameter: Any) -> str:
    name = str(parameter.name).upper()
    return name if parameter.required else f"[{name}]"


def _options(command: Any) -> str:
    rows = []
    for each in command.params:
        if each.param_type_name == "argument":
            shown = _argument(each)
        else:
            value = "" if each.is_flag else f" {each.metavar or str(each.name).upper()}"
            shown = ", ".join(each.opts) + value
        rows.append((f"`{shown}`", str(each.help or ""), "" if each.default in {None, False} else f"`{each.default}`"))
    return table(("option", "meaning", "default"), rows)
