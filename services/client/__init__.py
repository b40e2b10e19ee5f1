"""The Python client of the ledger, and the example other languages follow.

    async with connected("ledger.example:50051", "nacka.se/inflytande") as client:
        receipt = await client.do(CastVote(ballot="skolvagen", voter="f3…", choice=VoteChoice.YES))

Concurrent calls share one Submit stream; a lost answer is asked for again under the same request id,
so a command is recorded once or not at all, whatever happens to the connection or the server.
"""

from services.client.client import Client, connected
from services.client.outcomes import Refused, Unanswered
from services.client.proofs import ReceiptRefused

__all__ = ["Client", "ReceiptRefused", "Refused", "Unanswered", "connected"]
