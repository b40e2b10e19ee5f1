"""`liggare verify`: a ledger's database, a bundle, a log over HTTP, or one receipt; the verdict comes first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.log.errors import ProofError
from ledger.log.folder import PUBLIC
from ledger.log.policy import POLICY_MAX, Policy
from ledger.log.receipt import RECEIPT_MAX, Receipt
from ledger.log.vkeys import AnyKey
from services.audit.offline.bundle import KEYS_MAX_BYTES, Wanted, all_keys
from services.audit.offline.main import verify_receipt_file
from services.audit.offline.sources import SourceError
from services.audit.offline.tree import WHOLE, Part
from services.audit.report import Report, plain
from services.audit.targets import NoTarget, Target, target_of
from services.cli.exits import Exit, Failure
from services.cli.output import emit, write
from services.cli.proving import moving
from services.settings import Settings

OLDER_MAX = 1_000_000
"""Bytes of an older checkpoint."""

PARTS_MAX = 1_000_000
_PART = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for besides the target; empty or None where it was left out."""

    since: Sequence[Path] = ()
    vkey: Sequence[str] = ()
    policy: Path | None = None
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

    since = [(f"checkpoint in {path}", _file(str(path), OLDER_MAX)) for path in asked.since]
    wanted = Wanted(keys_given(asked.vkey), _policy(asked.policy), since, _part(asked.subset))
    try:
        with verifying() as moved:
            return verify_outside(target, wanted, jobs=asked.jobs or 1, progress=moved)
    except SourceError:
        raise
    except ProofError as error:  # what the auditor brought
        raise Failure(Exit.USAGE, f"{error}; name a checkpoint of this log with --since") from error


def _receipt(settings: Callable[[], Settings], target: str, asked: Asked, *, as_json: bool) -> Exit:
    raw = _file(target, RECEIPT_MAX)
    keys, policy = keys_given(asked.vkey), _policy(asked.policy)
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


# --- What is brought --------------------------------------------------------------------------
def keys_given(asked: Sequence[str]) -> list[AnyKey]:
    """Return the keys that --vkey names, as files or as lines; raise Failure."""
    texts = [(f"--vkey {each}", _file(each, KEYS_MAX_BYTES) if _is_file(each) else each.encode()) for each in asked]
    try:
        return all_keys(texts)
    except ProofError as error:
        raise Failure(Exit.USAGE, f"{error}; give a file such as {PUBLIC}, or the line in it") from error


def _is_file(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False  # too long for a path, and so the key itself


def _policy(asked: Path | None) -> Policy | None:
    if asked is None:
        return None
    try:
        return Policy.parse(_file(str(asked), POLICY_MAX))
    except ProofError as error:
        raise Failure(Exit.USAGE, f"--policy {asked}: {error}; it must be a policy of C2SP tlog-policy") from error


def _part(asked: str | None) -> Part:
    if asked is None:
        return WHOLE
    found = _PART.fullmatch(asked)
    if not found or not int(found[1]) <= int(found[2]) <= PARTS_MAX:
        raise Failure(Exit.USAGE, f"--subset {asked!r} is not N/T with N from 1 to T, such as 2/5")
    return Part(int(found[1]), int(found[2]))


def _file(path: str, limit: int) -> bytes:
    with Path(path).open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise Failure(
            Exit.USAGE, f"{path} has more than {limit:,} bytes, which none of its kind has; name another file"
        )
    return content


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
