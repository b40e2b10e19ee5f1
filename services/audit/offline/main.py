"""The command line of `verify.py`: the verdict first, what was not checked last, and an exit code.

0 verified · 1 could not run · 2 usage · 3 integrity failure · 4 fork · 6 incomplete
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ledger.log.errors import AlgorithmMissing, ProofError
from ledger.log.policy import POLICY_MAX, Policy
from ledger.log.receipt import RECEIPT_MAX, Receipt
from ledger.log.tiles import ENTRY_MAX
from ledger.log.verify import check_receipt
from ledger.log.vkeys import AnyKey
from services.audit.offline.archive import Zip
from services.audit.offline.bundle import KEYS_MAX_BYTES, OnMoved, Wanted, all_keys, verify_bundle
from services.audit.offline.heads import named, say_unknown
from services.audit.offline.layout import KEY
from services.audit.offline.sources import Folder, Source, SourceError, Unreachable
from services.audit.offline.tree import WHOLE, Part
from services.audit.offline.web import Web
from services.audit.report import Kind, Report, plain

COULD_NOT_RUN = 1
USAGE = 2
INTEGRITY = 3

PARTS_MAX = 1_000_000
_PART = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,6})")
OLDER_MAX = 1_000_000
"""Bytes of an older checkpoint."""


class WrongUse(Exception):
    """What was asked for makes no sense; the message says why and what would."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the verifier and return its exit code; nothing that it meets ends in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _receipt(given[1:]) if given[:1] == ["receipt"] else _bundle(given)
    except WrongUse as error:
        return _say(f"verify.py: {error}", USAGE)
    except (SourceError, OSError) as error:
        return _say(f"verify.py: it could not be read: {error}", COULD_NOT_RUN)
    except KeyboardInterrupt:
        return _say("verify.py: stopped before the end; nothing is verified.", COULD_NOT_RUN)
    except MemoryError:
        return _say("verify.py: there is not enough memory; nothing is verified.", COULD_NOT_RUN)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        return _say(f"verify.py: an error in the verifier itself, nothing is verified ({what})", COULD_NOT_RUN)


# --- A bundle ---------------------------------------------------------------------------------
def _bundle(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description="Verify a bundle of a public record: a folder, a zip file, or the address of a web server.",
        epilog="verify.py receipt FILE verifies one receipt. Exit codes: 0 verified, 1 could not run, 2 usage, "
        "3 integrity failure, 4 fork, 6 incomplete.",
    )
    parser.add_argument(
        "bundle", nargs="?", default=".", help="folder, zip file or https address (default: this folder)"
    )
    _add_trust(parser)
    parser.add_argument(
        "--since", metavar="FILE", action="append", default=[], help="an older checkpoint that you kept"
    )
    parser.add_argument("--subset", metavar="N/T", help="check the N-th of T parts of the entries alone")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    asked = parser.parse_args(arguments)
    since = [(f"checkpoint in {path}", content_of(path, OLDER_MAX)) for path in asked.since]
    wanted = Wanted(keys_brought(asked.vkey), policy_brought(asked.policy), since, part_asked(asked.subset))
    source = opened_source(asked.bundle)
    try:
        report = verify_bundle(source, wanted, on_moved=_progress())
    except SourceError:
        raise
    except ProofError as error:
        raise WrongUse(str(error)) from error
    finally:
        source.close()
    return _tell(report, as_json=asked.json)


def opened_source(place: str) -> Source:
    """Open a folder, a zip file or an address; raise `SourceError`."""
    if place.startswith(("https://", "http://")):
        return Web(place)
    if Path(place).is_dir():
        return Folder(place)
    if not Path(place).exists():
        raise Unreachable(place, "there is no such folder or file")
    return Zip(place)


def part_asked(asked: str | None) -> Part:
    """Return the part that --subset names, everything without one; raise `WrongUse`."""
    if asked is None:
        return WHOLE
    found = _PART.fullmatch(asked)
    if not found or not int(found[1]) <= int(found[2]) <= PARTS_MAX:
        raise WrongUse(f"--subset {asked!r} is not N/T with N from 1 to T, such as 2/5")
    return Part(int(found[1]), int(found[2]))


# --- A receipt --------------------------------------------------------------------------------
def _receipt(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="verify.py receipt", description="Verify one receipt (C2SP tlog-proof).")
    parser.add_argument("receipt", help="a .tlog-proof file")
    _add_trust(parser)
    parser.add_argument("--entry", metavar="FILE", help="the entry, where the receipt does not carry it")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    asked = parser.parse_args(arguments)
    keys, policy = keys_brought(asked.vkey), policy_brought(asked.policy)
    if not keys and not (policy and policy.logs):
        raise WrongUse(f"name the log's key with --vkey: a file such as {KEY}, or the line itself")
    raw = content_of(asked.receipt, RECEIPT_MAX)
    entry = content_of(asked.entry, ENTRY_MAX) if asked.entry else None
    return _tell(verify_receipt_file(raw, asked.receipt, keys, policy, entry), as_json=asked.json)


def verify_receipt_file(
    raw: bytes, name: str, keys: Sequence[AnyKey], policy: Policy | None, entry: bytes | None = None
) -> Report:
    """Verify a receipt by keys and a policy that the auditor brought."""
    report = Report(f"receipt {name}")
    try:
        found, vouched = check_receipt(raw, policy or Policy(), entry=entry, now=int(time.time()), logs=keys)
        receipt = Receipt.parse(raw)
    except AlgorithmMissing as error:
        report.add(Kind.INCOMPLETE, error.place, f"{error.reason}; install a newer `cryptography`")
        return report
    except ProofError as error:
        report.add(Kind.INTEGRITY, error.place, error.reason)
        return report
    report.ledger = found.checkpoint.origin
    report.size = report.signed_size = found.checkpoint.size
    report.root = found.checkpoint.root.hex()
    report.part = f"position {receipt.position}"
    report.state(f"the entry at position {receipt.position}: {found.entry.decode(errors='backslashreplace')}")
    report.state(f"signed by {', '.join(named(key) for key in vouched.logs)}")
    for each in vouched.cosigned:
        report.state(f"witnessed by {each.witness.label}")
    trusted = [*vouched.logs, *(witness.verifier for witness in (policy or Policy()).witnesses)]
    say_unknown(receipt.checkpoint, trusted, report)
    if policy is not None and not vouched.quorum_met:
        report.add(Kind.INCOMPLETE, "checkpoint", "fewer witnesses than the policy asks for have signed it")
    report.leave("the rest of the record: a receipt proves one entry; a bundle proves all")
    return report


# --- What is brought --------------------------------------------------------------------------
def _add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--vkey", metavar="KEY", action="append", default=[], help="the log's key from elsewhere: a file, or the line"
    )
    parser.add_argument("--policy", metavar="FILE", help="the witnesses that you trust (C2SP tlog-policy)")


def keys_brought(asked: Sequence[str]) -> list[AnyKey]:
    """Return the keys that --vkey names, as files or as lines; raise `WrongUse` or OSError."""
    texts = [(each, content_of(each, KEYS_MAX_BYTES) if _is_file(each) else each.encode()) for each in asked]
    try:
        return all_keys([(f"--vkey {place}", raw) for place, raw in texts])
    except ProofError as error:
        raise WrongUse(f"{error}; give a file such as {KEY}, or the line in it") from error


def policy_brought(asked: str | None) -> Policy | None:
    """Return the policy in the file that --policy names, None without one; raise `WrongUse` or OSError."""
    if asked is None:
        return None
    try:
        return Policy.parse(content_of(asked, POLICY_MAX))
    except ProofError as error:
        raise WrongUse(f"--policy {asked}: {error}; it must be a policy of C2SP tlog-policy") from error


def _is_file(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False  # too long for a path, and so the key itself


def content_of(path: str, limit: int) -> bytes:
    """Return a whole file of at most `limit` bytes, never waiting for a pipe; raise `WrongUse` or OSError."""
    with open(path, "rb", opener=_without_waiting) as file:
        content = file.read(limit + 1)
    if len(content or b"") > limit:
        raise WrongUse(f"{path} has more than {limit:,} bytes; name another file")
    return content or b""


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


# --- What is said -----------------------------------------------------------------------------
def _tell(report: Report, *, as_json: bool) -> int:
    said: Any = [json.dumps(report.to_json(), ensure_ascii=False)] if as_json else report.lines()
    try:
        _write("".join(f"{line}\n" for line in said))
    except BrokenPipeError:
        _silence()
    except OSError as error:
        _silence()
        return _say(f"verify.py: the report could not be written: {error.strerror}", COULD_NOT_RUN)
    return report.exit_code


def _write(text: str) -> None:
    if sys.stdout is not None:
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
        sys.stdout.buffer.flush()


def _silence() -> None:
    """Let what is still flushed at the end vanish: whoever reads our output has seen enough."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _say(sentence: str, code: int) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"{plain(sentence)}\n".encode("ascii", "backslashreplace").decode())
    return code


def _progress() -> OnMoved | None:
    """Show how far it has come, where somebody watches."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    last = -1

    def moved(position: int, size: int) -> None:
        nonlocal last
        if (percent := 100 * position // size) != last:
            last = percent
            sys.stderr.write(f"\r{percent:3} %" if percent < 100 else "\r     \r")  # noqa: PLR2004
            sys.stderr.flush()

    return moved
