"""Files of a bundle are read within limits, from a folder, an archive or a web server; nothing leads outside."""

from __future__ import annotations

import gzip
import os
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.offline.archive import Zip
from services.audit.offline.sources import (
    Absent,
    Folder,
    NotAFile,
    Source,
    SourceError,
    TooLarge,
    Unreachable,
    Unreadable,
    UnsafePath,
    checked_path,
)
from services.audit.offline.web import Web


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    (folder / "tile/0").mkdir(parents=True)
    (folder / "tile/0/000").write_bytes(bytes(range(256)) * 32)
    (folder / "checkpoint").write_bytes(b"short")
    (folder / "lines").write_bytes(b"one\ntwo\n\nfour")
    return folder


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


Handler = type[BaseHTTPRequestHandler] | partial[Quiet]
Serve = Callable[[Handler], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server of a handler; gives its address."""
    running: list[ThreadingHTTPServer] = []

    def start(handler: Handler) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        running.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def zipped(folder: Path, method: int = zipfile.ZIP_DEFLATED, top: str = "") -> Path:
    path = folder.parent / "bundle.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, top + file.relative_to(folder).as_posix())
    return path


@pytest.fixture(params=["folder", "zip", "zip with a folder", "web"])
def source(request: pytest.FixtureRequest, files: Path, serve: Serve) -> Iterator[Source]:
    match request.param:
        case "folder":
            found: Source = Folder(files)
        case "zip":
            found = Zip(zipped(files))
        case "zip with a folder":
            found = Zip(zipped(files, top="top/"))
        case _:
            found = Web(serve(partial(Quiet, directory=str(files))))
    yield found
    found.close()


def test_files_are_read_up_to_the_limit(source: Source, files: Path) -> None:
    assert source.read("tile/0/000", 8192) == (files / "tile/0/000").read_bytes()
    assert source.read("checkpoint", 5) == b"short"
    assert list(source.lines("lines", 4)) == [b"one", b"two", b"", b"four"]
    assert source.exists("checkpoint")
    assert not source.exists("nothing")
    assert source.paths() in (None, ["checkpoint", "lines", "tile/0/000"])
    with pytest.raises(TooLarge, match="more than 8,191 bytes"):
        source.read("tile/0/000", 8191)
    with pytest.raises(TooLarge, match="a line has more than 3 bytes"):
        list(source.lines("lines", 3))
    with pytest.raises(Absent):
        source.read("nothing", 10)


@pytest.mark.parametrize(
    "path",
    ["../checkpoint", "/etc/passwd", "tile/../checkpoint", "", "a//b", "a\\b", "c:d", "a\0b", ".hidden", "x" * 201],
)
def test_a_path_that_is_none_of_a_bundle_is_refused(path: str, source: Source) -> None:
    with pytest.raises(UnsafePath):
        source.read(path, 10)


@given(st.text())
def test_a_path_is_plain_or_refused(path: str) -> None:
    try:
        assert checked_path(path) == path
    except UnsafePath:
        return
    assert not Path(path).is_absolute()
    assert ".." not in path.split("/")


def read(source: Source, limit: int) -> bytes:
    with closing(source):
        return source.read("checkpoint", limit)


# --- Folders ----------------------------------------------------------------------------------
def test_a_link_may_stay_inside_and_not_lead_outside(files: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (files / "out").symlink_to(tmp_path / "secret")
    (files / "in").symlink_to("checkpoint")
    (files / "loop").symlink_to("loop")
    (files / "away").symlink_to(tmp_path)
    source = Folder(files)
    assert source.read("in", 10) == b"short"
    for path in ("out", "away/secret"):
        with pytest.raises(UnsafePath, match="leads outside"):
            source.read(path, 10)
        assert not source.exists(path)
    with pytest.raises(SourceError):
        source.read("loop", 10)


def test_only_regular_files_are_opened_and_a_pipe_does_not_hold_us(files: Path) -> None:
    os.mkfifo(files / "pipe")
    source = Folder(files)
    for path in ("pipe", "tile"):
        with pytest.raises(NotAFile):
            source.read(path, 10)
    assert not source.exists("pipe")


def test_what_may_not_be_read_says_so(files: Path) -> None:
    (files / "checkpoint").chmod(0)
    if os.access(files / "checkpoint", os.R_OK):
        pytest.skip("this account may read everything")
    with pytest.raises(Unreadable, match="cannot be read"):
        Folder(files).read("checkpoint", 10)


def test_a_folder_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        Folder(tmp_path / "nothing")


# --- Archives ---------------------------------------------------------------------------------
def archive_of(path: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/../../b", "C:\\evil", "a\\..\\b", "nul\tl", "é"])
def test_an_archive_with_a_path_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    path = archive_of(tmp_path / "a.zip", ("checkpoint", b""), (name, b"x"))
    with pytest.raises(UnsafePath):
        Zip(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("checkpoint", "checkpoint"), ("checkpoint", "CheckPoint")])
def test_an_archive_with_a_name_twice_is_refused(names: tuple[str, str], tmp_path: Path) -> None:
    path = archive_of(tmp_path / "a.zip", *((name, b"x") for name in names))
    with pytest.raises(UnsafePath, match="twice"):
        Zip(path)


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = archive_of(tmp_path / "a.zip", ("checkpoint", bytes(50 << 20)), method=zipfile.ZIP_DEFLATED)
    with pytest.raises(Unreadable, match="would become 52,428,800"):
        Zip(path)


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = archive_of(tmp_path / "a.zip", ("checkpoint", bytes(100_000)), method=zipfile.ZIP_DEFLATED)
    raw = path.read_bytes().replace((100_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    path.write_bytes(raw)
    with pytest.raises(Unreadable, match="damaged"):
        read(Zip(path), 10_000)


@pytest.mark.parametrize(
    "damage", ["content", "encrypted", "bzip2", "link", "cut", "comment", "million", "none", "overlap"]
)
def test_a_damaged_archive_is_refused(damage: str, tmp_path: Path) -> None:
    path = archive_of(tmp_path / "a.zip", ("checkpoint", b"x" * 1000), ("other", b"y"))
    raw = bytearray(path.read_bytes())
    match damage:
        case "content":
            raw[500] ^= 1
        case "encrypted":
            raw[raw.index(b"PK\x01\x02") + 8] |= 1
        case "bzip2":
            raw[raw.index(b"PK\x01\x02") + 10] = 12
        case "link":
            raw[raw.index(b"PK\x01\x02") + 38 : raw.index(b"PK\x01\x02") + 42] = (stat.S_IFLNK << 16).to_bytes(
                4, "little"
            )
        case "cut":
            del raw[-30:]
        case "comment":
            raw[-2] = 1
            raw += b"!"
        case "million":
            raw[-10:-6] = b"\xff\xff\xff\xff"
        case "none":
            raw = bytearray(b"not a zip file at all, however long it may be")
        case _:
            second = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 4)
            raw[second + 42 : second + 46] = (8).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(SourceError):
        read(Zip(path), 1000)


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_any_flipped_bit_of_an_archive_is_refused_or_changes_nothing_that_is_read(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    path = archive_of(tmp_path_factory.mktemp("zip") / "a.zip", ("checkpoint", bytes(range(256)) * 4), ("other", b"y"))
    raw = bytearray(path.read_bytes())
    raw[at % len(raw)] ^= 1 << bit
    path.write_bytes(raw)
    try:
        found = read(Zip(path), 1024)
    except SourceError:
        return
    assert found == bytes(range(256)) * 4


def test_more_members_than_any_bundle_has_are_refused_before_they_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.audit.offline.archive.MEMBERS_MAX", 3)
    path = archive_of(tmp_path / "a.zip", *((f"f{number}", b"") for number in range(4)))
    with pytest.raises(Unreadable, match="4 members"):
        Zip(path)


def test_a_pipe_for_an_archive_does_not_hold_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(Unreachable, match="no regular file"):
        Zip(tmp_path / "pipe.zip")


# --- The web ----------------------------------------------------------------------------------
class Scripted(BaseHTTPRequestHandler):
    """Answers as a test has it."""

    protocol_version = "HTTP/1.1"
    script: ClassVar[list[bytes]] = []

    def do_GET(self) -> None:
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        self.wfile.write(answer)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nshort"


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        (
            [b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"],
            "moved to http://else",
        ),
        ([b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"], "answers 503"),
        ([b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"], "answers 403"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"], "broke off"),
        ([b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\nshort"], "packs it as br"),
        ([b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nshort"], "cannot be unpacked"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort"], "broke off"),
    ],
)
def test_an_answer_that_is_none_is_refused(answers: list[bytes], error: str, serve: Serve) -> None:
    handler = type("One", (Scripted,), {"script": answers})
    with pytest.raises(SourceError, match=error):
        read(Web(serve(handler)), 100)


def test_a_server_that_is_busy_is_asked_again(serve: Serve) -> None:
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
    handler = type("Twice", (Scripted,), {"script": [busy, busy, OK]})
    assert read(Web(serve(handler)), 5) == b"short"


def test_a_packed_answer_is_unpacked_within_the_limit(serve: Serve) -> None:
    packed = gzip.compress(bytes(10 << 20))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    handler = type("Packed", (Scripted,), {"script": [head + packed]})
    address = serve(handler)
    assert read(Web(address), 10 << 20) == bytes(10 << 20)
    with pytest.raises(TooLarge):
        read(Web(address), 1_000)


def test_a_server_that_never_answers_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.audit.offline.web.TRIES", 1)
    done = threading.Event()

    class Dripping(Scripted):
        def do_GET(self) -> None:
            while not done.wait(0.05):
                try:
                    self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                except OSError:
                    return

    with pytest.raises(Unreachable, match="no answer"):
        read(Web(serve(Dripping), timeout=0.3), 5)
    done.set()


@pytest.mark.parametrize(
    "address",
    ["ftp://host/", "http://", "http://user:word@host/", "file:///etc", "http://host:port/", "http://a b/", "x"],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Unreachable):
        Web(address)
