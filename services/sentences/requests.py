"""What is wrong with a field of a request for what is recorded or shown, in Swedish; see services.sentences."""

from __future__ import annotations

SWEDISH: dict[str, str] = {
    "holds no letter or digit to look for; write at least one word": (
        "innehåller ingen bokstav eller siffra att söka efter; skriv minst ett ord"
    ),
    "name either a document or a position": "ange antingen ett dokument (document) eller en plats (position)",
    "is missing; choose a UUID, and use it again when you ask again": (
        "saknas; välj ett UUID, och använd det igen när du frågar igen"
    ),
    "is missing; this server keeps {0}": "saknas; den här servern för {0}",
    "is missing; set one of the commands": "saknas; ange ett av kommandona",
    "{0} is no topic of this ledger": "{0} är ingen händelsetyp i den här liggaren",
    "is not an instant of the calendar in UTC; write 2026-03-01T08:00:00Z": (
        "är ingen tidpunkt i kalendern i UTC; skriv 2026-03-01T08:00:00Z"
    ),
    "is smaller than old_size, {0}; a record never shrinks": "är mindre än old_size, {0}; en liggare krymper aldrig",
    "cannot be asked for together with process; ask for one of them": (
        "kan inte begäras tillsammans med process; fråga efter det ena"
    ),
    "must be empty: a subscription has no end": "måste vara tomt: en prenumeration har inget slut",
    "lies beyond the end of the record, {0}": "ligger bortom liggarens slut, {0}",
    "was not given out for this list; begin again without it": "lämnades inte ut för den här listan; börja om utan det",
    "give a decision or a matter: one of them": "ange ett beslut (decision) eller ett ärende (matter): ett av dem",
}
"""The sentences of the checks on requests that ask, each with its Swedish one."""
