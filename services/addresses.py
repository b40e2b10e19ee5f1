"""Addresses to listen on: `host:port`, checked before anything else is done, and the sockets behind them."""

from __future__ import annotations

import errno
import socket
from typing import Any

PORT_MAX = 65_535
BACKLOG = 128


class AddressMalformed(ValueError):
    """What is given as an address to listen on is none."""


class AddressUnusable(RuntimeError):
    """It is not possible to listen on an address, such as one that is taken."""


_UNUSABLE = {
    errno.EADDRINUSE: "another program listens there; stop it, or name a free {option} (port 0 takes any){or_else}",
    errno.EADDRNOTAVAIL: (
        "this machine has no such address; name a free {option} of its own, such as 127.0.0.1:{example}"
    ),
    errno.EACCES: "this account may not listen there; name a free {option} with a port from 1024 on",
}
_EXAMPLE = "50051"
_EXAMPLES = {"--web": "8080"}
_OR_ELSE = {"--web": ", or leave the web out with --no-web"}


def check_address(address: str, option: str = "--address") -> None:
    """Raise AddressMalformed unless `address` is `host:port`, and AddressUnusable if nobody can listen there now.

    `option` is what the sentence tells to change.
    """
    for place in _places(address, option):
        probe = _bound(address, place, option)
        if probe is not None:
            probe.close()


def listen(address: str, option: str = "--address") -> list[socket.socket]:
    """Return a listening socket for each address the host has, all on one port; raise as `check_address` does."""
    sockets: list[socket.socket] = []
    try:
        places = _places(address, option)
        for family, kind, protocol, name, place in places:
            # Port 0 takes a free one for the first, and the others are asked for the same.
            port = sockets[0].getsockname()[1] if sockets else place[1]
            wanted = (family, kind, protocol, name, (place[0], port, *place[2:]))
            found = _bound(address, wanted, option, one_family=len(places) > 1)
            if found is not None:
                sockets.append(found)
                found.listen(BACKLOG)
                found.setblocking(False)
    except BaseException:
        for each in sockets:
            each.close()
        raise
    if not sockets:
        raise AddressUnusable(f"cannot listen on {address}; name a free {option}")
    return sockets


def _places(address: str, option: str) -> list[Any]:
    """Return what the system calls the address, without doubles."""
    host, _, port = address.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if (
        not bare
        or (":" in bare and bare is host)
        or not (port.isascii() and port.isdecimal() and int(port) <= PORT_MAX)
    ):
        example = _EXAMPLES.get(option, _EXAMPLE)
        raise AddressMalformed(
            f"{address!r} is no address to listen on; write host:port with a port from 0 to {PORT_MAX}, "
            f"such as 127.0.0.1:{example} or [::1]:{example}"
        )
    try:
        found = socket.getaddrinfo(bare, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        sentence = f"the host of {address} cannot be found; name a free {option} of this machine"
        raise AddressUnusable(sentence) from error
    return list(dict.fromkeys(found))


def _bound(address: str, place: Any, option: str, *, one_family: bool = False) -> socket.socket | None:
    """Return a bound socket, None for a kind of address the system does not know.

    The system says why it cannot be, and gRPC does not.
    """
    family, kind, protocol, _, where = place
    made: socket.socket | None = None
    try:
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and one_family:
            # The IPv4 half of the port gets a socket of its own.
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(where)
    except OSError as error:
        if made is not None:
            made.close()
        if error.errno in _UNUSABLE:
            words = {"option": option, "example": _EXAMPLES.get(option, _EXAMPLE), "or_else": _OR_ELSE.get(option, "")}
            why = _UNUSABLE[error.errno].format(**words)
            raise AddressUnusable(f"cannot listen on {address}: {why}") from error
        return None
    return made
