"""`liggare rotate-key`: what is done with the keys of the log, told so that its operator knows what comes next."""

from __future__ import annotations

from enum import StrEnum

from ledger.custody import RetirementReason
from ledger.log.vkeys import parse_vkey
from services import rotation
from services.cli.exits import Exit, Failure
from services.cli.output import called, emit, say
from services.rotation import KeyChange, NotCovered, RotationRefused, Turned
from services.settings import Settings

ALGORITHMS = {1: "Ed25519", 6: "ML-DSA-44"}


class Step(StrEnum):
    """What is asked for."""

    BEGIN = "begin"
    FINISH = "finish"
    COMPROMISED = "compromised"
    LOST = "lost"


def rotate(settings: Settings, step: Step, *, confirmed: bool, as_json: bool) -> Exit:
    """Take one step, or both where the present keys must not sign any longer. Raises Failure where it cannot be."""
    try:
        turned = _turned(settings, step, confirmed=confirmed)
    except NotCovered as error:
        raise Failure(Exit.BUSY, str(error)) from error
    except RotationRefused as error:
        raise Failure(Exit.COULD_NOT_RUN, str(error)) from error
    overlap = step is Step.BEGIN
    if as_json:
        state = "overlap" if overlap else "finished"
        emit({"state": state, "announced": _listed(turned.announced), "retired": _listed(turned.retired)})
        return Exit.FINE
    for word, changes in (("announced", turned.announced), ("retired", turned.retired)):
        for each in changes:
            say(f"{_named(each.vkey)} is {word} at position {each.position}{'' if each.is_new else ' already'}.")
    for line in _next(settings, step):
        say(line)
    return Exit.FINE


def _turned(settings: Settings, step: Step, *, confirmed: bool) -> Turned:
    match step:
        case Step.BEGIN:
            return rotation.begin(settings)
        case Step.FINISH:
            return rotation.finish(settings, RetirementReason.SCHEDULED)
        case Step.COMPROMISED:
            if not rotation.interrupted(settings):
                rotation.begin(settings)
            return rotation.finish(settings, RetirementReason.COMPROMISED)
    missing = rotation.lost(settings)
    if not missing and not rotation.interrupted(settings):
        raise Failure(Exit.USAGE, f"no private half is missing in {settings.keys}; leave --lost out to rotate the keys")
    if missing and not confirmed:
        sentence = (
            f"{' and '.join(missing)} would be replaced: whoever trusts a lost Ed25519 key cannot follow, and must get the new "
            "log.vkey from you by another way. Restore it from its backup if there is one. Add --yes to go on"
        )
        raise Failure(Exit.NEEDS_CONFIRMATION, sentence)
    return rotation.replace_lost(settings)


def _next(settings: Settings, step: Step) -> tuple[str, ...]:
    """Return what the operator is to know and do now."""
    folder = settings.keys
    both = "From now on the old and the new keys sign every checkpoint, in a running server too."
    wait = (
        f"Back up log.next.key and log.next.mldsa.key from {folder}. Leave both in use until those who verify have seen a "
        f"checkpoint, some weeks; then: {called()} rotate-key --finish"
    )
    alone = (
        f"If it was log.key, nobody could vouch for the new one: hand out {folder / 'log.vkey'} and say publicly why. Who trusts "
        "the lost key alone finds the checkpoints up to now valid, and none after."
    )
    gone = (
        "The old private halves are destroyed; destroy their backups, too. Back up log.key and log.mldsa.key, and hand out "
        f"{folder / 'log.vkey'}. Old checkpoints stay valid: every public key is in log.vkeys."
    )
    return {Step.BEGIN: (both, wait), Step.LOST: (alone,)}.get(step, (gone,))


def _listed(changes: tuple[KeyChange, ...]) -> list[dict[str, object]]:
    return [{"vkey": each.vkey, "position": each.position, "new": each.is_new} for each in changes]


def _named(vkey: str) -> str:
    key = parse_vkey(vkey)
    return f"{ALGORITHMS.get(key.kind, 'other')} key {key.key_id.hex()}"
