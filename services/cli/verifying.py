"""`liggare verify`: a ledger's database, a bundle, a log over HTTP, or one receipt; the verdict comes first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.log.errors import ProofError
from ledger.log.folder import PUBLIC
from ledger.log.receipt import RECEIPT_MAX, Receipt
from ledger.log.vkeys import AnyKey
from services.audit.offline.bundle import Wanted
from services.audit.offline.main import (
    OLDER_MAX,
    content_of,
    keys_brought,
    part_asked,
    policy_brought,
    verify_receipt_file,
)
from services.audit.offline.sources import SourceError
from services.audit.report import Report, plain
from services.audit.targets import NoTarget, Target, target_of
from services.cli.exits import Exit, Failure
from services.cli.output import emit, write
from services.cli.proving import moving
from services.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for besides the target; empty or None where it was left out."""

    since: Sequence[Path] = ()
    vkey: Sequence[str] = ()
    policy: str | None = None
    subset: str | None = None
    jobs: int | None = None

    def given(self) -> dict[str, bool]:
        """Tell which options were given, by name."""
        named = {"--since": self.since, "--vkey": self.vkey, "--policy": self.policy, "--subset": self.subset}
        return {name: bool(value) for name, value in named.items()} | {"--jobs": self.jobs is not None}


def verify(settings: Callable[[], Settings], target: str | None, asked: Asked, *, as_json: bool) -> Exit:
    """Verify a target, or the ledger of the settings where none is named."""
    if target is None:
        _refuse(
            asked, "--vkey", "--policy", "--subset", what="a database: it is verified whole, by the keys in its folder"
        )
        return _tell(_database(settings(), asked), as_json=as_json)
    try:
        found = target_of(target)
    except NoTarget as error:
        raise Failure(Exit.USAGE, str(error)) from error
    if found is Target.RECEIPT:
        _refuse(asked, "--since", "--subset", "--jobs", what="a receipt, which proves one entry")
        return _receipt(settings, target, asked, as_json=as_json)
    return _tell(_outside(target, asked), as_json=as_json)


def _refuse(asked: Asked, *names: str, what: str) -> None:
    given = asked.given()
    for name in names:
        if given[name]:
            raise Failure(Exit.USAGE, f"{name} does not apply to {what}; leave it out")


# --- Each kind of target ----------------------------------------------------------------------
def _database(settings: Settings, asked: Asked) -> Report:
    from services.audit.database import verify as audit  # noqa: PLC0415
    from services.engines import engine  # noqa: PLC0415

    with closing(engine(settings).reader()) as reader:
        head = reader.head()
    with moving("verifying", head) as moved:
        return audit(settings, since=asked.since, jobs=asked.jobs or 1, progress=moved)


def _outside(target: str, asked: Asked) -> Report:
    from services.audit.outside import verify_outside  # noqa: PLC0415

    since = [(f"checkpoint in {path}", content_of(str(path), OLDER_MAX)) for path in asked.since]
    wanted = Wanted(keys_brought(asked.vkey), policy_brought(asked.policy), since, part_asked(asked.subset))
    try:
        with verifying() as moved:
            return verify_outside(target, wanted, jobs=asked.jobs or 1, progress=moved)
    except SourceError:
        raise
    except ProofError as error:  # what the auditor brought
        raise Failure(Exit.USAGE, f"{error}; name a checkpoint of this log with --since") from error


def _receipt(settings: Callable[[], Settings], target: str, asked: Asked, *, as_json: bool) -> Exit:
    raw = content_of(target, RECEIPT_MAX)
    keys, policy = keys_brought(asked.vkey), policy_brought(asked.policy)
    if not keys and not (policy and policy.logs):
        keys = _own_keys(settings())
    report = verify_receipt_file(raw, target, keys, policy)
    _tell(report, as_json=as_json)
    if not as_json and report.worst is None:
        write(_entry_of(raw).encode())
    return Exit(report.exit_code)


def _own_keys(settings: Settings) -> list[AnyKey]:
    from services.keys import log_folder  # noqa: PLC0415

    keys = list(log_folder(settings).verifiers_until_now())
    if not keys:
        reason = f"a receipt needs the log's key: name it with --vkey ({PUBLIC} or the line in it), or its folder with --keys"
        raise Failure(Exit.USAGE, reason)
    return keys


def _entry_of(raw: bytes) -> str:
    """Return the entry of a receipt for reading: its members one below the other, nothing a terminal would obey."""
    entry = Receipt.parse(raw).extra or b""
    try:
        shown = json.dumps(json.loads(entry), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        shown = entry.decode(errors="backslashreplace")
    return "".join(f"{plain(line)}\n" for line in ("The entry:", *shown.split("\n")))


# --- What is said -----------------------------------------------------------------------------
def _tell(report: Report, *, as_json: bool) -> Exit:
    if as_json:
        emit(report.to_json())
    else:
        write("".join(f"{line}\n" for line in report.lines()).encode(errors="backslashreplace"))
    return Exit(report.exit_code)


@contextmanager
def verifying() -> Iterator[Callable[[int, int], None]]:
    """Show a bar from the moment on at which the size is known."""
    with ExitStack() as stack:
        shown: list[Callable[[int, int], None]] = []

        def moved(position: int, size: int) -> None:
            if not shown:
                shown.append(stack.enter_context(moving("verifying", size)))
            shown[0](position, size)

        yield moved
