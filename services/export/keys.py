"""The public keys of a log, and whom to trust about it: `log.vkey`, `log.vkeys` and `policy`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.log.errors import ProofError
from ledger.log.folder import LogFolder
from ledger.log.policy import POLICY_MAX, LogKey, Policy, TrustedLog
from ledger.log.refusals import KeyRefused

POLICY_FILE = "log.policy"
"""In the folder of keys: the witnesses and the quorum that the operator chose (C2SP tlog-policy)."""


def policy_text(folder: LogFolder, keys: Sequence[LogKey]) -> str:
    """Return a policy (C2SP tlog-policy): the log's own keys, and the witnesses and quorum its operator has named.

    Logs that the operator's file names are left out, but for the address of a key of this log. Raises KeyRefused where
    that file is no policy.
    """
    chosen = _chosen(folder)
    urls = {log.verifier: log.url for log in chosen.logs}
    logs = tuple(TrustedLog(key, urls.get(key)) for key in keys)
    return replace(chosen, logs=logs).to_bytes().decode()


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
