"""What the log's addresses say: a file with its caching, or a sentence that helps. Both are for anybody's program."""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from services.web.responses import Body, respond

PLAIN = "text/plain; charset=utf-8"
OCTETS = "application/octet-stream"
LINES = "application/jsonl"

BRIEFLY = "public, max-age=2"
"""For what grows: two seconds spare the store, and nobody takes an old head for the newest."""

NOT_KEPT = "no-store"
"""For refusals: what is not here may be here in a second."""

RETRY_SECONDS = 5
_TAG_CHARACTERS = 32

PUBLIC = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Content-Disposition, Retry-After",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""The log is for everybody's verifier, also for one in a page of somebody else's; none of it is a page."""


def file(content: bytes, kind: str = PLAIN, cached: str = BRIEFLY, **headers: str) -> Body:
    """Return a file as an answer; its validator is what it holds."""
    tag = sha256(content).hexdigest()[:_TAG_CHARACTERS]
    return Body(content, kind, f'"{tag}"', cached, PUBLIC | _named(headers))


def packed(request: Request, body: Body) -> Body:
    """Return a file with its compressed forms, for whoever takes one; packing takes longer than reading."""
    return body if request.headers.get("accept-encoding", "identity") == "identity" else body.compressed()


class Refusal(Exception):
    """A request that gets a status and a sentence instead of a file."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, _named(headers)

    def answer(self, request: Request) -> Response:
        """Return the sentence as plain text."""
        body = Body(f"{self.sentence}\n".encode(), PLAIN, f'"{self.status}"', NOT_KEPT, PUBLIC | self.headers)
        return respond(request, body, self.status)


def not_now(sentence: str) -> Refusal:
    """Return the refusal of something that should be here, and will be."""
    return Refusal(503, sentence, retry_after=str(RETRY_SECONDS))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
