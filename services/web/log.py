"""The log over HTTP: the files of C2SP tlog-tiles at their paths, and beside them keys, history and receipts.

    /checkpoint                    the newest signed checkpoint
    /tile/<L>/<N>[.p/<W>]          hashes, as far as the newest checkpoint reaches
    /tile/entries/<N>[.p/<W>]      entries, as far as it reaches
    /log.vkey  /log.vkeys          the log's present key; every key it ever had
    /policy                        whose cosignatures a checkpoint should have (C2SP tlog-policy)
    /checkpoints.jsonl             every checkpoint kept, oldest first, as in a bundle
    /checkpoints?after=SIZE        the same by the page, for whoever has the older ones
    /receipts/<position>           the .tlog-proof file of an event (C2SP tlog-proof)

A folder that holds the same files serves the same log; paths are names here and never reach a file system. Hashes are
handed out as they are stored: whoever fetches them checks them against the checkpoint, and so finds what we would.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ledger.log.errors import MalformedTile, OutsideTree, ProofError
from ledger.log.folder import LogFolder
from ledger.log.merkle import HASH_SIZE, SIZE_MAX
from ledger.log.note import VerifierKey
from ledger.log.proofs import Proofs
from ledger.log.published import NotPublished, cosigned_all, published
from ledger.log.publisher import LogStore
from ledger.log.refusals import KeyRefused
from ledger.log.tiles import WIDTH, Tile, TileId, join_bundle, parse_path, width_at
from ledger.store.port import StoreError
from services.audit.offline.layout import checkpoint_line
from services.export.keys import keys_file, policy_file
from services.readers import Readers
from services.web.answers import BRIEFLY, LINES, NOT_KEPT, OCTETS, PUBLIC, Refusal, file, not_now, packed
from services.web.responses import IMMUTABLE, Body, respond
from services.witness.marks import Marks

METHODS = ["GET", "HEAD", "OPTIONS"]

PAGE_CHECKPOINTS = 256
"""Checkpoints in one answer; whoever wants more asks again after the last."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_SHOWN = 80  # characters of a request that an answer repeats

Work = Callable[[Request, LogStore], Body]


class LogFiles:
    """The files of one log; `folder` has its public keys, `readers` its record."""

    def __init__(self, folder: LogFolder, readers: Readers[LogStore]) -> None:
        self._folder, self._readers, self._marks = folder, readers, Marks.of(folder)
        self._size = 0  # as far as a published checkpoint is known to reach; it never shrinks

    def routes(self) -> list[Route]:
        """Return the routes, for the root of an application that may itself be mounted anywhere."""
        stored: dict[str, Work] = {
            "/checkpoint": self._checkpoint,
            "/checkpoints": self._checkpoints,
            "/tile/{path:path}": self._tile,
            "/receipts/{position}": self._receipt,
            "/policy": self._policy,
        }
        kept: dict[str, Callable[[], Body]] = {"/log.vkey": self._key, "/log.vkeys": self._keys}
        return [
            Route("/checkpoints.jsonl", self._history, methods=METHODS),
            *(Route(path, self._from_store(work), methods=METHODS) for path, work in stored.items()),
            *(Route(path, self._from_folder(work), methods=METHODS) for path, work in kept.items()),
        ]

    # --- From a request to an answer ------------------------------------------------------------
    def _from_store(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint that does `work` on a reader's thread, packing included."""

        async def endpoint(request: Request) -> Response:
            return await _answered(request, lambda: self._readers(lambda store: respond(request, work(request, store))))

        return endpoint

    def _from_folder(self, work: Callable[[], Body]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await _answered(request, lambda: asyncio.to_thread(lambda: respond(request, work())))

        return endpoint

    # --- The files ------------------------------------------------------------------------------
    def _checkpoint(self, _: Request, store: LogStore) -> Body:
        return file(published(store))

    def _checkpoints(self, request: Request, store: LogStore) -> Body:
        page = _page(store, asked_after(request))
        more = {"link": f'<?after={page[-1][0]}>; rel="next"'} if len(page) == PAGE_CHECKPOINTS else {}
        return packed(request, file(b"".join(line for _, line in page), LINES, **more))

    async def _history(self, request: Request) -> Response:
        """Answer with all pages in a row; nobody knows how many there are before they have been read."""
        return await _answered(request, lambda: self._whole_history(request.method))

    async def _whole_history(self, method: str) -> Response:
        first = await self._readers(lambda store: _page(store, 0))

        async def lines() -> AsyncIterator[bytes]:
            page = first if method == "GET" else []
            while page:
                yield b"".join(line for _, line in page)
                after = page[-1][0]
                page = [] if len(page) < PAGE_CHECKPOINTS else await self._readers(partial(_page, after=after))

        return StreamingResponse(lines(), 200, PUBLIC | {"Cache-Control": BRIEFLY}, LINES)

    def _tile(self, request: Request, store: LogStore) -> Body:
        tile = _tile_at(f"tile/{request.path_params['path']}")
        self._check_published(tile, store)
        if tile.level is None:
            return packed(request, file(_bundle(tile, store), OCTETS, IMMUTABLE))
        stored = store.tiles(tile.level, [tile.number]).get(tile.number, b"")
        if not tile.width * HASH_SIZE <= len(stored) <= WIDTH * HASH_SIZE or len(stored) % HASH_SIZE:
            raise not_now(f"{tile.path()} is damaged here: it is stored with {len(stored)} bytes. Ask the operator.")
        return file(stored[: tile.width * HASH_SIZE], OCTETS, IMMUTABLE)

    def _receipt(self, request: Request, store: LogStore) -> Body:
        position = _number(request.path_params["position"], "a position")
        if not position:
            raise Refusal(404, "There is no position 0; the first event has position 1.")
        # The file can gain cosignatures, never lose what it proves.
        name = f"receipt-{position}.tlog-proof"
        try:
            receipt = Proofs(store).receipt(position, self._marks.covering(store, position))
            return file(receipt, content_disposition=f'attachment; filename="{name}"')
        except OutsideTree as error:
            if position > self._reach(store):
                raise
            raise not_now(f"Position {position} is damaged here: its event is missing. Ask the operator.") from error

    def _key(self) -> Body:
        return file(keys_file([self._own_key()]))

    def _keys(self) -> Body:
        self._own_key()
        return file(keys_file(self._folder.verifiers()))

    def _policy(self, _: Request, store: LogStore) -> Body:
        return file(policy_file(self._folder, self._folder.verifiers(), published(store)))

    def _own_key(self) -> VerifierKey:
        key = self._folder.verifier()
        if key is None:
            raise Refusal(404, "This log has no key yet.")
        return key

    # --- What is published ------------------------------------------------------------------------
    def _check_published(self, tile: Tile, store: LogStore) -> None:
        """Raise a Refusal unless a checkpoint implies the tile; the store is asked for what is news alone."""
        if not _covers(self._size, tile) and not _covers(self._reach(store), tile):
            raise Refusal(
                404, f"{tile.path()} is not part of the tree of {self._size} entries that /checkpoint has signed."
            )

    def _reach(self, store: LogStore) -> int:
        """Return the size of the newest checkpoint."""
        newest = store.last_checkpoint()
        self._size = max(self._size, newest.size if newest else 0)
        return self._size


def _page(store: LogStore, after: int) -> list[tuple[int, bytes]]:
    """Return the next checkpoints above a size, each with its line; a cosignature in it is the first of its witness."""
    page = cosigned_all(store, store.checkpoints(after, PAGE_CHECKPOINTS), first=True)
    return [(each.size, checkpoint_line(each.size, note)) for each, note in page]


def _covers(size: int, tile: Tile) -> bool:
    return width_at(TileId(tile.level or 0, tile.number), size) >= tile.width


def _bundle(tile: Tile, store: LogStore) -> bytes:
    """Return the entries of a published bundle; they are stored once, so a bundle is made when it is asked for."""
    first = tile.number * WIDTH + 1
    found = store.entries(first - 1, tile.width)
    if [each.position for each in found] != list(range(first, first + tile.width)):
        raise not_now(f"{tile.path()} is damaged here: an event is missing. Ask the operator.")
    return join_bundle(each.entry for each in found)


# --- Requests as they come ------------------------------------------------------------------------
async def _answered(request: Request, work: Callable[[], Awaitable[Response]]) -> Response:
    """Return what `work` answers, or the refusal of what it raises."""
    if request.method == "OPTIONS":
        allowed = {"Allow": ", ".join(METHODS), "Access-Control-Allow-Methods": "GET, HEAD", "Cache-Control": NOT_KEPT}
        return Response(None, 204, PUBLIC | allowed | {"Access-Control-Allow-Headers": "If-None-Match"})
    try:
        _check_spelling(request)
        return await work()
    except Refusal as refusal:
        return refusal.answer(request)
    except NotPublished as early:
        return Refusal(404, f"Not signed yet: {early}.", retry_after="1").answer(request)
    except OutsideTree as beyond:
        return Refusal(404, f"Not in the record: {beyond}.").answer(request)
    except KeyRefused:
        # Its own sentence names a path of this machine, which is nobody else's business.
        return not_now("The log's keys or its policy cannot be read here. Ask the operator.").answer(request)
    except ProofError as damaged:
        return not_now(f"Damaged here: {damaged}. Ask the operator.").answer(request)
    except StoreError:
        return not_now("The record cannot be reached at the moment; try again soon.").answer(request)


def _check_spelling(request: Request) -> None:
    """Raise a Refusal for a path in percent signs: every file here has one address, and caches go by that."""
    below = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if not request.scope["raw_path"].endswith(below.encode()):
        raise Refusal(400, "Write the path as it is, without percent signs; every file here has one address.")


def _tile_at(path: str) -> Tile:
    try:
        return parse_path(path)
    except MalformedTile:
        raise Refusal(
            400,
            f"/{path[:_SHOWN]} names no tile. Write /tile/LEVEL/NUMBER or /tile/entries/NUMBER, with .p/WIDTH from 1 to "
            "255 behind a partial one, and the number in groups of three digits, such as /tile/0/x001/234.p/5 "
            "(c2sp.org/tlog-tiles).",
        ) from None


def _number(text: str, what: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > SIZE_MAX:
        raise Refusal(400, f"{text[:_SHOWN]!r} is not {what}; write a whole number below 2^63 without leading zeros.")
    return int(text)


def asked_after(request: Request) -> int:
    """Return the size behind `?after=`, 0 without one; raise a Refusal for anything else that is asked."""
    query = request.scope["query_string"].decode("ascii", "replace")
    if not query:
        return 0
    name, _, size = query.partition("=")
    if name != "after":
        raise Refusal(400, "Only ?after=SIZE can be asked here, such as /checkpoints?after=70000.")
    return _number(size, "a size")
