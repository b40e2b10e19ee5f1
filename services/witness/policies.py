"""The policy of a ledger, kept as `log.policy` in its folder of keys: its witnesses, and how many it takes."""

from __future__ import annotations

from ledger.log.errors import ProofError
from ledger.log.folder import LogFolder
from ledger.log.policy import POLICY_MAX, Policy

POLICY = "log.policy"


class PolicyUnusable(Exception):
    """The policy in the folder of keys cannot be used; the message names the file, the line and the remedy."""


def policy_of(folder: LogFolder) -> Policy | None:
    """Return the policy in a folder of keys, None where there is none; raise PolicyUnusable (C2SP tlog-policy)."""
    path = folder.path / POLICY
    try:
        with path.open("rb") as file:
            return Policy.parse(file.read(POLICY_MAX + 1))
    except FileNotFoundError:
        return None
    except ProofError as error:
        raise PolicyUnusable(f"{path}: {error}; correct it, or take it away to be without witnesses") from error
