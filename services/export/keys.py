"""The public keys of a log, and whom to trust about it: `log.vkey`, `log.vkeys` and `policy`, in a bundle as over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ledger.log.cosignature import Ed25519Cosigner
from ledger.log.errors import ProofError
from ledger.log.folder import LogFolder
from ledger.log.note import check_lines, parse_note
from ledger.log.policy import POLICY_MAX, Policy, TrustedLog
from ledger.log.refusals import KeyRefused
from ledger.log.vkeys import AnyKey

POLICY_FILE = "log.policy"
"""In the folder of keys: the witnesses and the quorum that the operator chose (C2SP tlog-policy)."""


def keys_file(keys: Iterable[AnyKey]) -> bytes:
    """Return a file of verifier keys, one a line (C2SP signed-note, "Verifier keys")."""
    return "".join(f"{key.format()}\n" for key in keys).encode()


def policy_file(folder: LogFolder, keys: Iterable[AnyKey], note: bytes) -> bytes:
    """Return whom to trust (C2SP tlog-policy): of the log's `keys` those that signed `note`, and its operator's witnesses.

    Logs that the operator's file names are left out, but for the address of a key of this log. Raises KeyRefused where
    that file is no policy, MalformedNote, and SignatureInvalid for a line that does not fit.
    """
    own = tuple(keys)
    lines = check_lines(parse_note(note), own)
    chosen = _chosen(folder)
    urls = {log.verifier: log.url for log in chosen.logs}
    # In the order in which they were made; a witness's type of key signs for no log.
    signers = [key for key in own if lines.by(key) and not isinstance(key, Ed25519Cosigner)]
    return replace(chosen, logs=tuple(TrustedLog(key, urls.get(key)) for key in signers)).to_bytes()


def _chosen(folder: LogFolder) -> Policy:
    """Return the operator's policy; without a file nobody is asked to witness anything."""
    path = folder.path / POLICY_FILE
    try:
        with path.open("rb") as file:
            raw = file.read(POLICY_MAX + 1)
    except FileNotFoundError:
        return Policy()
    try:
        raw.decode()
        return Policy.parse(raw)
    except (ProofError, UnicodeDecodeError) as error:
        raise KeyRefused(str(path), f"it is no policy in UTF-8 ({error}); mend it (C2SP tlog-policy)") from error
