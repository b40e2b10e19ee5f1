"""What a policy makes of a checkpoint: who signed it, who saw it, and whether that is enough.

What must be refused is raised: a note or checkpoint out of form, another log's, one that no
trusted log signed, one with a trusted key's line that does not fit. All else is a fact in
the value: too few witnesses do not make a checkpoint false, only *not witnessed*.

A witness counts once however many lines it has, and only with a time that has passed: a
line without a time states less than a witness must (C2SP tlog-witness, "add-checkpoint"),
and a line from the future says that some clock is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import timestamp_of, vouched_for
from ledger.log.errors import OriginRefused
from ledger.log.note import CheckedLines, Verifier, check_lines, parse_note
from ledger.log.policy import Policy, TrustedWitness, witnessed

AHEAD_MAX = 300
"""Seconds that a witness' clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness' cosignature that counts; `at` is the latest time it stated, in POSIX seconds."""

    witness: TrustedWitness
    at: int


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A line by a trusted key, of the log or a witness, that counts for nothing, and why."""

    key: Verifier
    reason: str


@dataclass(frozen=True, slots=True)
class Endorsement:
    """What holds of a signed checkpoint under a policy.

    `logs` are the trusted keys of the log that signed it, at least one, and `cosigned` the
    witnesses that did, both in the order of the policy. `checkpoint` has no further lines
    unless a log key vouches for them, which ML-DSA-44 never does.
    """

    checkpoint: Checkpoint
    logs: tuple[Verifier, ...]
    cosigned: tuple[Cosigned, ...]
    uncounted: tuple[Uncounted, ...]
    quorum_met: bool


def check_policy(
    raw: bytes, policy: Policy, *, now: int | None = None, origin: str | None = None, logs: Iterable[Verifier] = ()
) -> Endorsement:
    """Return what `policy` makes of a signed checkpoint (C2SP tlog-policy, tlog-proof steps 2 and 3).

    `now` in POSIX seconds refuses to count cosignatures from more than `AHEAD_MAX` seconds
    later; without it every time counts. `origin` asks for one log among those trusted,
    `logs` are keys trusted beside the policy's. Raises `MalformedNote`,
    `MalformedCheckpoint`, `OriginRefused` or `SignatureRefused`.
    """
    note = parse_note(raw)
    claimed = Checkpoint.parse(note.text)
    if origin is not None and claimed.origin != origin:
        raise OriginRefused("checkpoint", f"it is by {claimed.origin[:80]!r}, not {origin!r}")
    trusted = [*(log.verifier for log in policy.logs), *logs]
    own = [key for key in trusted if key.name == claimed.origin]
    if not own:
        raise OriginRefused("checkpoint", f"it is by {claimed.origin[:80]!r}, which is no log of the policy")
    lines = check_lines(note, [*own, *(witness.verifier for witness in policy.witnesses)])
    lines.require(own)
    signed = tuple(key for key in dict.fromkeys(own) if lines.by(key))
    cosigned, uncounted = _cosigned(lines, policy, now)
    met = witnessed(policy, {one.witness.name for one in cosigned})
    return Endorsement(vouched_for(claimed, signed), signed, cosigned, uncounted, met)


def _cosigned(
    lines: CheckedLines, policy: Policy, now: int | None
) -> tuple[tuple[Cosigned, ...], tuple[Uncounted, ...]]:
    counted = []
    uncounted = [Uncounted(key, error.reason) for key, error in lines.unchecked]
    for witness in policy.witnesses:
        found = lines.by(witness.verifier)
        times = [at for at in map(timestamp_of, found) if not _objection(at, now)]
        if times:
            counted.append(Cosigned(witness, max(times)))
        else:
            uncounted += (Uncounted(witness.verifier, _objection(timestamp_of(line), now)) for line in found[:1])
    return tuple(counted), tuple(uncounted)


def _objection(at: int, now: int | None) -> str:
    if at == 0:
        return "it states no time"
    if now is not None and at > now + AHEAD_MAX:
        return f"its time lies {at - now} seconds in the future"
    return ""
