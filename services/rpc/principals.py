"""Who is calling, and what may they: the two ports that authentication will fill.

Today the caller names its actor in metadata and everything is granted; a server that listens beyond
its own machine must not run like this, and `server` says so when it starts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from services.rpc.refusals import Unauthenticated

ACTOR_METADATA = "liggare-actor"
UNKNOWN = "channel:unknown"

_ACTOR = re.compile(r"(role|channel):[a-z0-9][a-z0-9._-]{0,63}")


class Principal(NamedTuple):
    """Who is calling: the actor that is stamped on every event, `channel:web` or `role:registrar`."""

    actor: str


class Authentication(Protocol):
    """Tells from a call's metadata who is calling. Raises Unauthenticated."""

    def __call__(self, metadata: Mapping[str, str]) -> Principal: ...


class Grants(Protocol):
    """Tells whether a principal holds a scope."""

    def __call__(self, principal: Principal, scope: str, /) -> bool: ...


class StatedActor:
    """Believes what the caller says about itself. For loopback and trials only."""

    def __call__(self, metadata: Mapping[str, str]) -> Principal:
        stated = metadata.get(ACTOR_METADATA, UNKNOWN)
        if not _ACTOR.fullmatch(stated):
            raise Unauthenticated("the metadata liggare-actor is malformed")
        return Principal(stated)


class EverythingGranted:
    """Grants every scope to everybody: nothing is protected until credentials are checked."""

    def __call__(self, _principal: Principal, _scope: str) -> bool:
        return True
