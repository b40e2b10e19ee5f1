"""Inputs: the checks that every command on an input begins with."""

from __future__ import annotations

from ledger.inputs.rejections import InputIsMerged, InputIsRejected, InputIsWithdrawn, InputUnknown
from ledger.inputs.states import Input, Standing


def known(state: Input | None, input: str) -> Input:
    """Return the input if the ledger has it."""
    if state is None:
        raise InputUnknown(input=input)
    return state


def live(state: Input | None, input: str) -> Input:
    """Return the input if it is neither withdrawn nor rejected nor merged."""
    found = known(state, input)
    match found.standing:
        case Standing.WITHDRAWN:
            raise InputIsWithdrawn(input=input)
        case Standing.REJECTED:
            raise InputIsRejected(input=input)
        case Standing.MERGED:
            raise InputIsMerged(input=input, into=found.into)
    return found
