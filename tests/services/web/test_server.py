"""The server behind the pages: addresses, limits, slow clients, and an end that answers what is at hand."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from ledger.log.publisher import LogStore
from ledger.store.port import StoreUnavailable
from services.addresses import AddressMalformed, AddressUnusable, listen
from services.bootstrap import running
from services.readers import Readers
from services.web import server
from services.web.app import make_app
from services.web.pages import PAGES
from services.web.responses import SECURITY
from services.web.server import WebServer, web_serving
from services.web.site import site_of
from tests.ledger.log.published import ORIGIN, Published
from tests.services.web.paged import ready
from tests.services.web.site import Said, Site, served


def test_a_body_is_not_taken(site: Site) -> None:
    for framing in ("Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"):
        said = site.raw(f"GET /checkpoint HTTP/1.1\r\nHost: h\r\n{framing}".encode())
        assert (said.status, said.headers["connection"]) == (400, "close")
        assert "takes a body" in said.text
    assert site.raw(b"GET /checkpoint HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").status == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /checkpoint HTTP/1.1\r\nHost: h\r\nX: " + b"x" * (8 << 10) + b"\r\n\r\n",
        b"GET /" + b"a" * (8 << 10) + b" HTTP/1.1\r\nHost: h\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /checkpoint\r\n\r\n",
        b"GET  /checkpoint HTTP/1.1\r\n\r\n",
        b"GET /checkpoint HTTP/1.1\r\n\r\n",  # no host
        b"GET /\xff HTTP/1.1\r\nHost: h\r\n\r\n",
    ],
)
def test_what_is_no_request_gets_400(site: Site, request_bytes: bytes) -> None:
    assert site.raw(request_bytes).status == 400
    assert site("/checkpoint").status == 200


def test_a_connection_is_kept_and_used_again(site: Site) -> None:
    with site.connected() as connection:
        for path in (b"/checkpoint", b"/tile/0/000", b"/nowhere", b"/log.vkey"):
            connection.sendall(b"GET %s HTTP/1.1\r\nHost: h\r\n\r\n" % path)
            head, _, rest = _until(connection, b"\r\n\r\n").partition(b"\r\n\r\n")
            length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))[15:])
            while len(rest) < length:
                rest += connection.recv(65_536)


def test_who_does_not_ask_is_shown_out(grown: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.5)
    with served(grown) as site, site.connected() as silent, site.connected() as dripping:
        started = time.monotonic()
        dripping.sendall(b"GET /checkpoint HT")
        for each in (silent, dripping):
            with suppress(ConnectionResetError):
                assert each.recv(1) == b""
        assert time.monotonic() - started < 10
        assert site("/checkpoint").status == 200


def test_it_works_below_any_prefix(kept: Published) -> None:
    readers: Readers[LogStore] = Readers(partial(kept.engine.open_writer, ORIGIN))
    app = Starlette(routes=[Mount("/kommun/ledger", make_app(kept.folder, readers))])
    with _running(app) as site:
        assert site("/kommun/ledger/checkpoint").status == 200
        assert len(site("/kommun/ledger/tile/0/000.p/3").body) == 96
        assert site("/kommun/ledger/tile/0/x000/000").status == 400
        assert site("/kommun/ledger/tile/0/000%2ep/3").status == 400
        assert site("/kommun/ledger/tile/0/009").status == 404
        assert site("/kommun/ledger/").status == 200
        assert site("/checkpoint").status == 404
    asyncio.run(readers.close())


async def test_links_have_the_path_that_a_proxy_takes_off(tmp_path: Path) -> None:
    async with (
        running(ready(tmp_path)) as ledger,
        site_of(ledger.parts, PAGES) as pages,
        web_serving(
            ledger.parts.folder, ledger.reader, "127.0.0.1:0", pages.routes(), pages.refuse, "/kommun/x"
        ) as web,
    ):
        site = Site(web.port)

        async def ask(path: str) -> Said:
            return await asyncio.to_thread(site, path)

        assert (await ask("/checkpoint")).status in {200, 404}
        assert (await ask("/beslut/nej/")).headers["location"] == "/kommun/x/beslut/nej"
        said = await ask("/en/beslut/nej")
        assert said.status == 404 and 'action="/kommun/x/en/sok"' in said.text and 'lang="en"' in said.text


def test_pages_have_their_place_beside_the_log(kept: Published) -> None:
    readers: Readers[LogStore] = Readers(partial(kept.engine.open_writer, ORIGIN))

    async def page(_: object) -> PlainTextResponse:
        return PlainTextResponse("a page", headers={"Content-Security-Policy": "default-src 'self'"})

    with _running(make_app(kept.folder, readers, [Route("/", page), Route("/beslut/{id}", page)])) as site:
        assert site("/").body == b"a page"
        said = site("/beslut/%C3%A5-1")
        assert said.body == b"a page" and said.headers["content-security-policy"] == "default-src 'self'"
        assert site("/checkpoint").status == 200
    asyncio.run(readers.close())


def test_a_store_that_is_gone_is_said_to_be(kept: Published) -> None:
    def gone() -> LogStore:
        raise StoreUnavailable("no connection to postgresql://secret@host")

    readers = Readers(gone)
    with _running(make_app(kept.folder, readers)) as site:
        for path in ("/checkpoint", "/tile/0/000", "/receipts/1", "/checkpoints.jsonl", "/checkpoints"):
            said = site(path)
            assert said.status == 503 and said.headers["retry-after"]
            assert "secret" not in said.text and "try again" in said.text
        assert site("/log.vkey").status == 200
    asyncio.run(readers.close())


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 20).close()
    except ConnectionRefusedError:
        return False
    return True


async def test_the_end_waits_for_the_answer_at_hand(grown: Published) -> None:
    entered, go = threading.Event(), threading.Event()
    open_reader = partial(grown.engine.open_writer, ORIGIN)

    def slowly() -> LogStore:
        entered.set()
        go.wait(20)
        return open_reader()

    async with web_serving(grown.folder, slowly, "127.0.0.1:0") as web:
        asking = asyncio.create_task(asyncio.to_thread(Site(web.port), "/checkpoint"))
        await asyncio.to_thread(entered.wait, 20)
        ending = asyncio.create_task(web.close())
        async with asyncio.timeout(20):
            while await asyncio.to_thread(_listens, web.port):  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        assert not ending.done()
        go.set()
        assert (await asking).status == 200
        await asyncio.wait_for(ending, 20)


async def test_an_address_is_taken_once() -> None:
    first = WebServer(Starlette(), "127.0.0.1:0")
    await first.start()
    second = WebServer(Starlette(), first.at)
    with pytest.raises(AddressUnusable, match=r"another program listens there; .* --no-web"):
        await second.start()
    await second.close()
    await first.close()
    await first.close()


def test_a_name_with_two_addresses_is_listened_on_at_both(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    one, other = listen("both.example:0")
    with closing(one), closing(other):
        assert one.getsockname()[1] == other.getsockname()[1]
        assert (one.getsockname()[0], other.getsockname()[0]) == ("127.0.0.1", "127.0.0.2")


@pytest.mark.parametrize("address", ["", "127.0.0.1", ":1", "::1:1", "h:x", "h:70000", "h:-1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(AddressMalformed, match=r"such as 127\.0\.0\.1:8080"):
        listen(address, "--web")


def _until(connection: socket.socket, mark: bytes) -> bytes:
    found = b""
    while mark not in found:
        more = connection.recv(65_536)
        assert more, found
        found += more
    return found


@contextmanager
def _running(app: Starlette) -> Iterator[Site]:
    """Serve an application from a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def wait_for(work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(30)

    found = WebServer(app, "127.0.0.1:0")
    wait_for(found.start())
    try:
        yield Site(found.port)
    finally:
        wait_for(found.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def test_what_is_no_request_is_answered_with_the_headers_of_every_answer(site: Site) -> None:
    said = site.raw(b"GET  /checkpoint HTTP/1.1\r\n\r\n")
    assert (said.status, said.headers["connection"], said.headers["cache-control"]) == (400, "close", "no-store")
    assert {name.lower() for name in SECURITY} <= said.headers.keys()
    assert "no HTTP request" in said.text and len(said.body) == int(said.headers["content-length"])


def test_garbage_behind_a_request_ends_the_connection(site: Site) -> None:
    with site.connected() as connection:
        connection.sendall(b"GET /tile/0/000 HTTP/1.1\r\nHost: h\r\n\r\n\x00\xff\x00 garbage\r\n\r\n" * 3)
        answered = b""
        with suppress(ConnectionResetError):
            while piece := connection.recv(65_536):
                answered += piece
    assert answered.startswith(b"HTTP/1.1 ") and b"HTTP/1.1 500" not in answered
    assert site("/checkpoint").status == 200


def test_one_connection_too_many_is_told_when_to_come_back(grown: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS_MAX", 2)
    with served(grown) as site:
        assert site("/checkpoint").status == 200
        with site.connected():
            time.sleep(0.1)
            said = site("/checkpoint")
        assert (said.status, said.headers["retry-after"], said.headers["connection"]) == (503, "5", "close")
        assert {name.lower() for name in SECURITY} <= said.headers.keys() and "try again" in said.text
