"""Which logs a witness knows: verifier keys, in files or as they are, and policy files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ledger.log.cosignature import Ed25519Cosigner
from ledger.log.errors import MalformedKey, ProofError
from ledger.log.keys import KEY_MAX
from ledger.log.note import Verifier
from ledger.log.policy import POLICY_MAX, LogKey, Policy
from ledger.log.vkeys import parse_vkey

ORIGIN_BYTES_MAX = 255
"""Longer origins cannot be cosigned with ML-DSA-44 (C2SP tlog-cosignature, "ML-DSA-44 signed message")."""


class LogUnknown(Exception):
    """What should name a log does not; the message says what was found and what to write."""


def known_logs(named: Iterable[str], policies: Iterable[Path] = ()) -> Mapping[str, tuple[Verifier, ...]]:
    """Return the keys trusted for each origin: those named (each a verifier key, or a file of them) and of policies.

    Several keys of one origin, as during a change of keys, are all trusted. Raises LogUnknown.
    """
    keys: list[LogKey] = []
    for each in named:
        keys += _named(each)
    for path in policies:
        try:
            policy = Policy.parse(_read(path, POLICY_MAX))
        except ProofError as error:
            raise LogUnknown(
                f"{path}: {error}; write `log`, `witness` and `quorum` lines (C2SP tlog-policy)"
            ) from error
        keys += [log.verifier for log in policy.logs]
    logs: dict[str, dict[bytes, LogKey]] = {}
    for key in keys:
        if len(key.name.encode()) > ORIGIN_BYTES_MAX:
            raise LogUnknown(f"the origin {key.name[:40]}… has more than {ORIGIN_BYTES_MAX} bytes, too many to cosign")
        known = logs.setdefault(key.name, {})
        if known.setdefault(key.key_id, key) != key:
            raise LogUnknown(f"two different keys of {key.name} share the id {key.key_id.hex()}")
    if not logs:
        raise LogUnknown("no log is named; name each with --log and its verifier key, or a file that holds it")
    return {origin: tuple(known.values()) for origin, known in logs.items()}


def _named(given: str) -> list[LogKey]:
    # A verifier key has two pluses; a file of that name would be a strange one.
    if given.count("+") >= 2 and not Path(given).exists():  # noqa: PLR2004
        return [_key(given, given[:60])]
    lines = _read(Path(given), 100 * KEY_MAX).decode(errors="replace").splitlines()
    found = [_key(line.strip(), given) for line in lines if line.strip()]
    if not found:
        raise LogUnknown(f"{given} holds no verifier key; name a log.vkey")
    return found


def _key(text: str, place: str) -> LogKey:
    try:
        key = parse_vkey(text)
    except MalformedKey as error:
        raise LogUnknown(f"{place}: {error}; name a log's verifier key, as its log.vkey holds") from error
    if isinstance(key, Ed25519Cosigner):
        raise LogUnknown(f"{place}: the key of {key.name} is a witness's, not a log's; name the log's log.vkey")
    return key


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise LogUnknown(f"{path} has more than {limit} bytes; name a file of verifier keys or a policy")
    return raw
