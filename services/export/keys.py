"""The public keys of a log, and whom to trust about it: `log.vkey`, `log.vkeys` and `policy`."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.log.folder import LogFolder
from ledger.log.note import VerifierKey

POLICY_FILE = "log.policy"
"""In the folder of keys: the witnesses and the quorum that the operator chose (C2SP tlog-policy)."""


def policy_text(folder: LogFolder, keys: Sequence[VerifierKey]) -> str:
    """Return a policy (C2SP tlog-policy): the log's own keys, and the witnesses and quorum its operator has named."""
    own = [f"log {key.format()}" for key in keys]
    try:
        lines = (folder.path / POLICY_FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = ["quorum none"]
    return "".join(f"{line}\n" for line in [*own, *(line for line in lines if line.split()[:1] != ["log"])])
