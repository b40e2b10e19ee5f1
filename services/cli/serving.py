"""`liggare serve` and `liggare demo`."""

from __future__ import annotations

import asyncio
import logging
import shlex
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from services.bootstrap import Parts, Running, prepared, recording, running, working
from services.cli.exits import Exit, Failure, explained
from services.cli.importing.polis import summary
from services.cli.output import called, emit, progress, quietly, say
from services.cli.setting_up import made, shown_store
from services.demo import conversation as conversations
from services.demo import story
from services.demo.telling import DoesNotFit, tell
from services.imports import polis
from services.imports.loading import Loaded, load
from services.settings import Settings

if TYPE_CHECKING:
    from services.supervision import Tell
    from services.web.server import WebServer

WATCH_SECONDS = 1.0

log = logging.getLogger("liggare")


GRPC, WORKER, WEB = PARTS = ("grpc", "worker", "web")
"""What serving is made of, in the order in which it ends: what was taken last is still shown and signed."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Where a ledger is served: over gRPC, over HTTP unless None, and channelz for the operator.

    `parts` are those that run here, in processes of their own unless `together`. `trusted` are proxies whose
    `X-Forwarded-For` is believed.
    """

    address: str
    web: str | None = None
    admin: str | None = None
    parts: tuple[str, ...] = PARTS
    together: bool = True
    trusted: tuple[str, ...] = ()

    @property
    def running(self) -> tuple[str, ...]:
        """The parts that run here, in the order in which they end."""
        return tuple(part for part in PARTS if part in self.parts and (part != WEB or self.web is not None))

    @property
    def given(self) -> dict[str, str]:
        """The addresses to listen on here, by their options."""
        asked = {"--address": (GRPC, self.address), "--web": (WEB, self.web), "--admin": (GRPC, self.admin)}
        return {option: at for option, (part, at) in asked.items() if part in self.running and at is not None}


def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts of a list such as `grpc,worker`. Raises Failure."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found or not set(found) <= set(PARTS):
        raise Failure(Exit.USAGE, f"--parts {text!r} names no parts; write one or more of {', '.join(PARTS)}")
    return found


def serve(settings: Settings, faces: Faces, *, as_json: bool) -> Exit:
    """Serve until SIGTERM or SIGINT, then answer what is queued and end."""
    _check_trusted(faces)
    if not faces.running:
        raise Failure(Exit.USAGE, "--no-web leaves nothing to serve; name other --parts")
    with _addresses(faces):
        if faces.together or len(faces.running) == 1:
            asyncio.run(
                _serve(settings, faces, lambda told: _say_ready(settings, faces, told["ready"], as_json=as_json))
            )
            return Exit.FINE
        return _supervised(settings, faces, as_json=as_json)


def _check_trusted(faces: Faces) -> None:
    from services.web.pace import networks  # noqa: PLC0415

    try:
        networks(faces.trusted)
    except ValueError as error:
        raise Failure(
            Exit.USAGE, f"--trusted-proxy: {error}; write an address or a network, such as 10.0.0.7"
        ) from error


@contextmanager
def _addresses(faces: Faces) -> Iterator[None]:
    """Check, before anything else is done, that one can listen on each; tell in a sentence what is found later."""
    from services.addresses import AddressMalformed, AddressUnusable, check_address  # noqa: PLC0415

    try:
        for option, address in faces.given.items():
            check_address(address, option)
        yield
    except AddressMalformed as error:
        raise Failure(Exit.USAGE, str(error)) from error
    except AddressUnusable as error:
        raise Failure(Exit.COULD_NOT_RUN, str(error)) from error


# --- In processes of their own ------------------------------------------------------------------
def _supervised(settings: Settings, faces: Faces, *, as_json: bool) -> Exit:
    """Run each part in a process of its own."""
    from services.board import Board  # noqa: PLC0415
    from services.supervision import Part, Supervisor  # noqa: PLC0415

    with prepared(settings, writes=bool({GRPC, WORKER} & set(faces.running))) as parts:
        # What refuses to start says so once, here, before there is any process.
        parts.folder.existing_key()
        parts.check_continuity()
    parts_here = [Part(name, partial(_part, settings, replace(faces, parts=(name,)))) for name in faces.running]

    def ready(told: dict[str, Any]) -> None:
        _say_ready(settings, faces, {name: at for each in told.values() for name, at in each.items()}, as_json=as_json)

    return Exit(Supervisor(parts_here, Board(settings)).run(ready))


def _part(settings: Settings, faces: Faces, tell: Tell, before: Mapping[str, Any]) -> int:
    """Be one part; a part that is started again listens where it did before."""
    where = {name: before[name] for name in ("address", "web") if before.get(name)}
    try:
        with _addresses(replace(faces, web=None)):
            asyncio.run(_serve(settings, replace(faces, **where), tell, [signal.SIGTERM]))
    except Exception as error:
        failure = explained(error)
        if failure is None:
            log.exception("this should not happen, please report it")
            return Exit.COULD_NOT_RUN
        say(f"liggare: {failure}")
        return failure.code
    return Exit.FINE


async def _serve(
    settings: Settings, faces: Faces, tell: Tell, until: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGINT)
) -> None:
    """Serve the parts of `faces` in this process until a signal."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in until:
        loop.add_signal_handler(each, ending.set)
    async with AsyncExitStack() as stack:
        ledger, parts = await _opened(settings, faces, stack)
        told: dict[str, Any] = {}
        server = web = None
        if GRPC in faces.running:
            from services.rpc.server import Listening, serving  # noqa: PLC0415  gRPC is not needed elsewhere

            assert ledger is not None, "it takes submissions"
            server = await stack.enter_async_context(serving(ledger, Listening(faces.address, faces.admin)))
            at = f"{faces.address.rpartition(':')[0]}:{server.port}"
            told |= {"address": at, "admin_port": server.admin_port or None}
        if WEB in faces.running:
            web = await _web(parts, faces, stack)
            told["web"] = web.at
        tell({"ready": told})
        watching = asyncio.create_task(_watch(settings, faces, ledger, tell), name="problems")
        await ending.wait()
        watching.cancel()
        if server is not None:
            await server.drain()
        if web is not None:
            await web.close()


async def _opened(settings: Settings, faces: Faces, stack: AsyncExitStack) -> tuple[Running | None, Parts]:
    """Open the ledger for the parts that run here."""
    wanted = set(faces.running)
    if not {GRPC, WORKER} & wanted:
        return None, stack.enter_context(prepared(settings))
    opening = running if wanted >= {GRPC, WORKER} else recording if GRPC in wanted else working
    ledger = await stack.enter_async_context(opening(settings))
    return ledger, ledger.parts


async def _web(parts: Parts, faces: Faces, stack: AsyncExitStack) -> WebServer:
    from services.web.pace import networks  # noqa: PLC0415
    from services.web.pages import PAGES  # noqa: PLC0415
    from services.web.server import web_serving  # noqa: PLC0415
    from services.web.site import site_of  # noqa: PLC0415

    assert faces.web is not None, "it runs where it has an address"
    # Below the path of the address that people know, which the proxy takes off.
    prefix = urlsplit(parts.settings.web_address or "").path.rstrip("/")
    site = await stack.enter_async_context(site_of(parts, PAGES, trusted=networks(faces.trusted)))
    server = await stack.enter_async_context(
        web_serving(parts.folder, parts.reader, faces.web, site.routes(), site.refuse, prefix)
    )
    warming = asyncio.create_task(site.warm(), name="warm")
    stack.callback(warming.cancel)
    return server


async def _watch(settings: Settings, faces: Faces, ledger: Running | None, tell: Tell) -> None:
    """Tell what is wrong here, and learn what is wrong in the other parts, as long as this one runs."""
    from services.board import Board  # noqa: PLC0415

    board, told = Board(settings), dict[str, str]()
    while ledger is not None:
        if WORKER not in faces.running:
            # Health shows what goes wrong elsewhere, too.
            ledger.problems = board.problems()
        elif ledger.problems != told:
            told = dict(ledger.problems)
            tell({"problems": told})
        await asyncio.sleep(WATCH_SECONDS)


def _say_ready(settings: Settings, faces: Faces, told: Mapping[str, Any], *, as_json: bool) -> None:
    at = told.get("address")
    shown = f"http://{told['web']}" if told.get("web") else None
    if as_json:
        emit({"ledger": settings.ledger, "address": at, "web": shown, "admin_port": told.get("admin_port")})
    if at is not None:
        say(f"Serving {settings.ledger} over gRPC on {at}; stop with Ctrl-C. Ask it with grpcurl, such as:")
        say(f"  grpcurl -plaintext {at} list")
    if shown is not None:
        say(f"Its pages: {shown}/\nIts log, for anybody's verifier: {shown}/checkpoint")
    if WORKER in faces.running and at is None and shown is None:
        say(f"Keeping the read models and checkpoints of {settings.ledger} up; stop with Ctrl-C.")


def demo(settings: Settings, faces: Faces | None, *, as_json: bool, illustrative: bool = False) -> Exit:
    """Load the story and the conversation into the ledger, say what is there, and serve it where `faces` says."""
    if faces is not None:
        with _addresses(faces):
            pass
    made(settings)
    conversation = conversations.conversation()
    with quietly(), progress("loading the demonstration", polis.count(conversation)) as advance:
        told, loaded = asyncio.run(_load(settings, conversation, advance, illustrative=illustrative))
    if loaded.refused:
        raise Failure(Exit.INCOMPLETE, f"the demonstration does not fit this ledger: {loaded.refusals[0]}")
    result = {
        "ledger": settings.ledger,
        "store": shown_store(settings.store),
        "matter": story.MATTER,
        "decision": story.DECISION,
        "events": told,
        "conversation": summary(conversation, loaded),
        "attribution": conversations.ATTRIBUTION,
    }
    if as_json:
        emit(result)
    _say_loaded(settings, result)
    if faces is None:
        return Exit.FINE
    return serve(settings, faces, as_json=as_json)


async def _load(
    settings: Settings, conversation: polis.Conversation, advance: Callable[[int], None], *, illustrative: bool
) -> tuple[int, Loaded]:
    async with running(settings, background=False) as ledger:
        try:
            told = await tell(ledger, illustrative=illustrative)
        except DoesNotFit as refusal:
            raise Failure(Exit.INCOMPLETE, f"the demonstration does not fit this ledger: {refusal}") from None
        return told, await load(ledger.committer.lane().submit, polis.phases(conversation), polis.benign, advance)


def _say_loaded(settings: Settings, result: dict[str, Any]) -> None:
    about = result["conversation"]
    options = ("--store", result["store"], "--ledger", settings.ledger, "--keys", str(settings.keys))
    liggare = f"{called()} {shlex.join(options)}"
    looks = (
        "show gaps",
        "show assignments --asof 2015-12-15",
        f"show decision {result['decision']}",
        f"show matter {result['matter']}",
        f"show ballot {about['ballot']} --totals --csv",
        "search inflytande",
        "verify",
    )
    say(
        f"Loaded the matter KFKS 2015/174-001 ({result['events']} events) and {about['votes']} votes on "
        f"{about['inputs']} statements. Look around:\n"
        + "".join(f"  {liggare} {each}\n" for each in looks)
        + conversations.ATTRIBUTION
    )
