"""`liggare init`: the schema, the ledger, its keys."""

from __future__ import annotations

from services.bootstrap import prepared
from services.cli.exits import Exit
from services.cli.output import emit, say
from services.engines import engine
from services.keys import make_keys
from services.settings import Settings


def init(settings: Settings, *, as_json: bool) -> Exit:
    """Make what is missing, check that the store is durable and the keys are private; repeat it at will."""
    applied = made(settings)
    with prepared(settings) as parts, parts.rows() as rows:
        position = rows.position
    told = {
        "ledger": settings.ledger,
        "store": shown_store(settings.store),
        "keys": str(settings.keys),
        "migrations": applied,
        "position": position,
    }
    if as_json:
        emit(told)
    else:
        say(f"The ledger {settings.ledger} is ready in {told['store']}; its keys are in {settings.keys}.")
        say("Back up the keys apart from the store: without them no sealed word can be read again.")
    return Exit.FINE


def made(settings: Settings) -> list[str]:
    """Make the schema, the ledger and its keys where they are missing; return the migrations that were applied."""
    applied = engine(settings).prepare()
    make_keys(settings)
    return applied


def shown_store(store: str) -> str:
    """Return a store's address without its password."""
    scheme, separator, rest = store.partition("://")
    login, at, place = rest.rpartition("@")
    return f"{scheme}{separator}{login.partition(':')[0]}{at}{place}" if at else store
