"""`liggare serve` and `liggare demo`."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from services.bootstrap import running
from services.cli.exits import Exit, Failure
from services.cli.importing.polis import summary
from services.cli.output import called, emit, progress, quietly, say
from services.cli.setting_up import made, shown_store
from services.demo import conversation as conversations
from services.demo import story
from services.demo.telling import DoesNotFit, tell
from services.imports import polis
from services.imports.loading import Loaded, load
from services.settings import Settings


@dataclass(frozen=True, slots=True)
class Faces:
    """Where a ledger is served: over gRPC, over HTTP unless None, and channelz for the operator."""

    address: str
    web: str | None = None
    admin: str | None = None


def serve(settings: Settings, faces: Faces, *, as_json: bool) -> Exit:
    """Serve until SIGTERM or SIGINT, then answer what is queued and end."""
    with _addresses(faces):
        asyncio.run(_serve(settings, faces, as_json=as_json))
    return Exit.FINE


@contextmanager
def _addresses(faces: Faces) -> Iterator[None]:
    """Check, before anything else is done, that one can listen on each; tell in a sentence what is found later."""
    from services.addresses import AddressMalformed, AddressUnusable, check_address  # noqa: PLC0415

    given = {"--address": faces.address, "--web": faces.web, "--admin": faces.admin}
    try:
        for option, address in given.items():
            if address is not None:
                check_address(address, option)
        yield
    except AddressMalformed as error:
        raise Failure(Exit.USAGE, str(error)) from error
    except AddressUnusable as error:
        raise Failure(Exit.COULD_NOT_RUN, str(error)) from error


async def _serve(settings: Settings, faces: Faces, *, as_json: bool) -> None:
    from services.rpc.server import Listening, serving  # noqa: PLC0415  gRPC is not needed by the other commands
    from services.web.pages import PAGES  # noqa: PLC0415  nor is HTTP
    from services.web.server import web_serving  # noqa: PLC0415
    from services.web.site import site_of  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        ledger = await stack.enter_async_context(running(settings))
        server = await stack.enter_async_context(serving(ledger, Listening(faces.address, faces.admin)))
        web = None
        if faces.web is not None:
            site = await stack.enter_async_context(site_of(ledger.parts, PAGES))
            web = await stack.enter_async_context(
                web_serving(ledger.parts.folder, ledger.reader, faces.web, site.routes(), site.refuse)
            )
        server.drain_on_signals()
        at = f"{faces.address.rpartition(':')[0]}:{server.port}"
        shown = f"http://{web.at}" if web is not None else None
        if as_json:
            emit({"ledger": settings.ledger, "address": at, "web": shown, "admin_port": server.admin_port or None})
        say(f"Serving {settings.ledger} over gRPC on {at}; stop with Ctrl-C. Ask it with grpcurl, such as:")
        say(f"  grpcurl -plaintext {at} list")
        if web is not None:
            say(f"Its log, for anybody's verifier: {shown}/checkpoint")
        await server.ending()
        await asyncio.gather(server.drain(), *(each.close() for each in (web,) if each is not None))


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
