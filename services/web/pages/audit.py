"""Audit: what was signed and by whom, who watched, what was corrected and erased, and how to check all of it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast

from ledger.corrections import Corrected
from ledger.custody import EntryRestored
from ledger.log.note import encode_base64, parse_note
from ledger.log.publisher import LogStore
from ledger.store.port import Checkpoint
from projections.corrections import CORRECTIONS
from projections.custody import RESTORATIONS
from projections.views import custody, participants
from projections.views.answer import figure, states
from services.web.page import Page, Seen, Shown, Table

HEADS = 12
"""Earlier heads shown; all of them are at /checkpoints.jsonl."""

_PAGE = 200
WITNESSED_LOOKED_AT = 1
_SIGNATURES = {64: "ed25519", 72: "ed25519", 2420: "ml-dsa-44", 2428: "ml-dsa-44"}
"""The algorithm of a signature by its bytes, with and without the time of a cosignature."""

PROPERTIES = (
    ("received", "nobody_receipt", "receipt", "verify"),
    ("own_vote", "voter_device", "own_entry", "own_count"),
    ("counted", "nobody", "count_again", "verify"),
    ("unchanged", "one_of_three", "growth", "since"),
    ("one_history", "one_witness", "two_heads", "policy"),
    ("nothing_dropped", "channel", "own_list", "receipts"),
    ("shown_follows", "nobody", "replay", "verify"),
    ("erased_decided", "nobody", "commitments", "verify_file"),
    ("repair", "nobody", "hash_in_tree", "fsck"),
    ("one_tag", "nobody", "tags", "own_count"),
    ("one_person", "registrar", "register", "not_shown"),
    ("times", "server", "witness_time", "policy"),
    ("secrecy", "not_claimed", "none", "none"),
)
"""What is claimed, who must be honest for it, how it is checked and with what: the auditor guide's table, as codes."""


def show(seen: Seen) -> Shown:
    """Return the heads signed up to the moment, who cosigned them, the keys, and counts of corrections and erasures."""
    store, rows = cast(LogStore, seen.reader), seen.rows
    newest, earlier = _heads(store, rows.position)
    erased = participants.erasures(rows)
    corrected = sum(1 for _ in states(rows, CORRECTIONS.name))
    restored = sum(1 for _ in states(rows, RESTORATIONS.name))
    return {
        "events": int(rows.position),
        "newest": newest and _head(newest) | {"signatures": _signatures(newest)},
        "unsigned": rows.position - (newest.size if newest else 0),
        "earlier": [_head(each) for each in earlier],
        "witnessed": _witnessed(store, rows.position),
        "signing_keys": custody.signing_keys(rows)["signing_keys"],
        "corrections": figure(corrected, (Corrected,)),
        "restorations": figure(restored, (EntryRestored,)),
        "keys_destroyed": erased["keys_destroyed"],
        "properties": [dict(zip(("property", "honest", "how", "tool"), each, strict=True)) for each in PROPERTIES],
    }


def _heads(store: LogStore, position: int) -> tuple[Checkpoint | None, list[Checkpoint]]:
    """Return the newest head up to a position and some before it, in order of size; the history may be long."""
    span, found = 256, list[Checkpoint]()
    while len(found) <= HEADS:
        after = max(position - span, 0)
        found = [each for each in store.checkpoints(after, _PAGE) if each.size <= position]
        if not after:
            break
        span *= 4
    newest = store.last_checkpoint()
    if newest is None or newest.size > position:
        newest = found[-1] if found else None
    return newest, [each for each in found if newest is not None and each.size < newest.size][-HEADS:]


def _head(checkpoint: Checkpoint) -> dict[str, Any]:
    return {"size": checkpoint.size, "root": encode_base64(checkpoint.root)}


def _signatures(checkpoint: Checkpoint) -> list[dict[str, Any]]:
    """Return who signed a head: the log's own lines, as they stand in the note."""
    return [
        {"name": each.name, "key": each.key_id.hex(), "algorithm": _SIGNATURES.get(len(each.signature), "other")}
        for each in parse_note(checkpoint.note.encode()).signatures
    ]


def _witnessed(store: LogStore, position: int) -> dict[str, Any] | None:
    """Return the newest head that witnesses cosigned, and who they are, as they say themselves; None without any."""
    sizes = [size for size in store.last_cosigned(_PAGE) if size <= position]
    for size in islice(sorted(sizes, reverse=True), WITNESSED_LOOKED_AT):
        latest = {each.signer: each.cosigned_at for each in store.cosignatures(size)}
        return {
            "size": size,
            "by": [{"witness": signer, "time": _time(at)} for signer, at in sorted(latest.items())],
        }
    return None


def _time(seconds: int) -> str | None:
    """Return the time a witness stated, None where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def table(shown: Shown) -> Table:
    """Return the heads, a line each."""
    heads = [*shown["earlier"], *([shown["newest"]] if shown["newest"] else [])]
    return Table(("size", "root"), [(each["size"], each["root"]) for each in heads])


PAGE = Page("audit", "/granska", show, table, section="audit", live=True)
