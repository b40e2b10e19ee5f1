"""Signing keys with what their notes show, and entries that were put back."""

from __future__ import annotations

from typing import Any

from ledger.log.errors import ProofError
from ledger.log.note import parse_note
from ledger.log.rotation import is_own_endorsement, verify_endorsement, verify_retirement
from ledger.log.vkeys import AnyKey, parse_vkey
from projections.custody import RESTORATIONS, SIGNING_KEYS
from projections.projection import Row, Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, events, one_page, state_of, states

DEFINITION = Definition(
    "custody",
    1,
    "Anybody who may record may announce a key. Endorsed is one whose note was signed by a key announced before it and "
    "not retired then, endorsed_by says which, and by itself where it can sign notes. Own is one whose note is signed by "
    "itself alone. The line is the first key that the endorsements lead back to: whoever got that one from the publisher "
    "by another way may believe what follows from it, and nobody should believe a line for being listed here. A "
    "retirement holds when a key of the same line, not retired then, has signed the statement. Restored is an entry that "
    "was put back from a copy whose leaf hash fits the signed tree; that it does is for a verifier to check.",
    (SIGNING_KEYS, RESTORATIONS),
)

LINE_MAX = 1_000
"""Keys that are followed back in one line; a yearly rotation takes as many years."""

_ALGORITHMS = {0x01: "ed25519", 0x06: "ml-dsa-44"}


# --- Keys -------------------------------------------------------------------------------------
def signing_key(rows: Rows, key: str) -> Answer | None:
    """Return one key that was announced, with what its notes show."""
    state = state_of(rows, SIGNING_KEYS.name, key)
    return None if state is None else answer(rows, DEFINITION, signing_key=_shown(rows, state))


def signing_keys(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of keys by their ids."""
    found = states(rows, SIGNING_KEYS.name, after=page.after)
    items, token = one_page(rows, found, page, lambda row: _shown(rows, row.state))
    return answer(rows, DEFINITION, signing_keys=items, next_page_token=token)


def _shown(rows: Rows, state: dict[str, Any]) -> Answer:
    endorser = _endorser(rows, state)
    origin, endorsement, vkey = state["origin"], state["endorsement"], state["vkey"]
    return {name: value for name, value in state.items() if name != "origin"} | {
        "algorithm": _algorithm(vkey),
        "endorsed": endorser is not None,
        "endorsed_by": endorser and endorser["key"],
        "own": endorser is None and is_own_endorsement(endorsement, origin, vkey),
        "line": _line(rows, state),
        "retired": state["retired"] and state["retired"] | {"holds": _holds(rows, state)},
        "events": events((), f"signing-key:{state['key']}"),
    }


def _algorithm(vkey: str) -> str:
    key = _parsed(vkey)
    return "other" if key is None else _ALGORITHMS.get(key.kind, "other")


def _parsed(vkey: str) -> AnyKey | None:
    try:
        return parse_vkey(vkey)
    except ProofError:
        return None


def _endorser(rows: Rows, state: dict[str, Any]) -> dict[str, Any] | None:
    """Return the key that vouches for another, of those announced before and not retired by then."""
    for signer in _signers(rows, state["endorsement"], state["recorded"]["position"]):
        key = _parsed(signer["vkey"])
        if key is None or signer["key"] == state["key"]:
            continue
        try:
            verify_endorsement(state["endorsement"], state["origin"], state["vkey"], [key])
        except ProofError:
            continue
        return signer
    return None


def _signers(rows: Rows, note: str, position: int) -> list[dict[str, Any]]:
    """Return the keys named in the signature lines of a note that stood at a position, whether or not they fit."""
    try:
        ids = dict.fromkeys(signature.key_id.hex() for signature in parse_note(note.encode()).signatures)
    except ProofError:
        return []
    named = (state_of(rows, SIGNING_KEYS.name, each) for each in ids)
    return [each for each in named if each is not None and _stood(each, position)]


def _stood(state: dict[str, Any], position: int) -> bool:
    retired = state["retired"]
    announced = state["recorded"]["position"]
    return bool(announced < position and (retired is None or position < retired["recorded"]["position"]))


def _line(rows: Rows, state: dict[str, Any]) -> str:
    """Return the id of the first key of a line; each endorser was announced before, so this ends."""
    for _ in range(LINE_MAX):
        before = _endorser(rows, state)
        if before is None:
            break
        state = before
    return str(state["key"])


def _holds(rows: Rows, state: dict[str, Any]) -> bool:
    """Tell whether the statement that retires a key is signed by a key of its line that stood then, perhaps itself."""
    retired = state["retired"]
    for signer in (*_signers(rows, retired["statement"], retired["recorded"]["position"]), state):
        key = _parsed(signer["vkey"])
        if key is None or _line(rows, signer) != _line(rows, state):
            continue
        try:
            spoken_of, reason = verify_retirement(retired["statement"], state["origin"], [key])
        except ProofError:
            continue
        return bool(spoken_of.format() == state["vkey"] and reason == retired["reason"])
    return False


# --- Restorations -----------------------------------------------------------------------------
def restorations(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of entries that were put back, by their positions."""
    items, token = one_page(rows, states(rows, RESTORATIONS.name, after=page.after), page, _restoration)
    return answer(rows, DEFINITION, restorations=items, next_page_token=token)


def _restoration(row: Row) -> Answer:
    return {**row.state, "events": events((), f"restoration:{row.state['at']}")}
