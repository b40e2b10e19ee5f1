"""Swedish words for codes: what a sentence says in place of `consult` or `citizens_proposal`.

A rejection names the code as it stands in the record in its English sentence and its metadata; its Swedish
one is read by people. Codes that are typed again to mend the fault (roles, rules, scopes) stay as they are.
"""

from __future__ import annotations

_THINGS = {
    "assignment": "uppdrag",
    "ballot": "omröstning",
    "body": "organ",
    "claim": "påstående",
    "commitment": "åtagande",
    "decision": "beslut",
    "disposition": "utfall",
    "dissent": "avvikande mening",
    "document": "dokument",
    "external": "extern källa",
    "erasure": "begäran om radering",
    "indicator": "nyckeltal",
    "input": "synpunkt",
    "matter": "ärende",
    "meeting": "sammanträde",
    "method": "metod",
    "participant": "deltagare",
    "process": "process",
    "programme": "program",
    "response": "svar",
    "roll_call": "omröstning i sammanträde",
    "survey": "enkät",
    "vote": "röst",
}
_INPUTS = {
    "comment": "kommentar",
    "criticism": "kritik",
    "initiative": "initiativ",
    "meeting_note": "mötesanteckning",
    "petition": "namninsamling",
    "proposal": "förslag",
    "statement": "påstående",
}

WORDS: dict[str, dict[str, str]] = {
    "kind": _THINGS | _INPUTS,
    "target_kind": _THINGS,
    "instrument": {
        "e_petition": "e-petition",
        "popular_initiative": "folkinitiativ",
        "resident_initiative": "medborgarförslag",
    },
    "level": {
        "inform": "information",
        "consult": "konsultation",
        "involve": "delaktighet",
        "collaborate": "samarbete",
        "empower": "medbeslutande",
    },
    "phase": {"collecting": "insamling", "analysing": "analys", "answered": "besvarad"},
    "settled": {"tabled": "bordlagd", "returned": "återremitterad"},
    "code": {
        "adopted": "tillgodosedd",
        "adopted_partly": "delvis tillgodosedd",
        "already_planned": "redan planerad",
        "considered_not_adopted": "övervägd men inte tillgodosedd",
        "forwarded": "vidarebefordrad",
        "solved_otherwise": "löst på annat sätt",
        "deferred": "uppskjuten",
        "out_of_scope": "utanför frågan",
        "merged": "sammanslagen",
        "withdrawn": "tillbakadragen",
        "moderated": "modererad",
    },
    "flags": {
        "goals": "mål",
        "scope": "omfattning",
        "quality": "kvalitet",
        "statement_to_council": "yttrande till fullmäktige",
        "principled_authority": "myndighetsutövning av principiell beskaffenhet",
        "citizens_proposal": "medborgarförslag",
        "other_by_law": "annat som lagen undantar",
    },
}
"""By the name of the value in a rejection: its codes, each with its Swedish word."""


def in_words(name: str, value: str) -> str:
    """Return a value of a rejection with its codes in Swedish; several are joined by commas."""
    words = WORDS.get(name, {})
    return ", ".join(words.get(code, code) for code in value.split(", ")) if words else value
