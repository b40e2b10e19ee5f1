"""How a system asks the ledger: the exact call for each need, with a request that the contract accepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic_core import to_json

LEDGER_SERVICE = "participation.ledger.v1.LedgerService"
TRANSPARENCY_SERVICE = "participation.transparency.v1.TransparencyService"
EXAMPLE_ID = "0d9f8a2e-6c1b-4f5e-9a37-3d5b1f0c7e11"


class Call(NamedTuple):
    """One rpc and an example of what it is sent; `name` says what for."""

    name: str
    service: str
    rpc: str
    request: dict[str, Any]

    def shown(self) -> dict[str, Any]:
        """Return the call as plain JSON: what it is for, the method, the request as it is typed."""
        typed = to_json(self.request).decode()
        return {"name": self.name, "method": f"{self.service}/{self.rpc}", "request": self.request, "typed": typed}


def calls(ledger: str, position: int) -> Sequence[Call]:
    """Return the calls for a ledger: following it from a position, submitting a batch, reading an indicator."""
    topics = ["matter-opened", "matter-closed"]
    opening = {
        "ledger": ledger,
        "request_id": EXAMPLE_ID,
        "matter": "nytt-arende",
        "title": "Nytt ärende",
        "kind": "MATTER_KIND_DECISION",
        "body": "kommunstyrelsen",
    }
    return (
        Call("follow", LEDGER_SERVICE, "Subscribe", {"ledger": ledger, "after": position, "filter": {"types": topics}}),
        Call("submit", LEDGER_SERVICE, "Submit", {"commands": [{"open_matter": opening}]}),
        Call("indicator", TRANSPARENCY_SERVICE, "ListIndicators", {"ledger": ledger, "origin": "kolada"}),
    )
