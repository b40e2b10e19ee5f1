"""Every witness of the policy is asked; what comes back is checked; nothing it does harms us."""

import asyncio
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.cosignature import Ed25519CosigningKey
from ledger.log.endorsement import check_policy
from ledger.log.merkle import Frontier
from ledger.log.note import Verifier
from ledger.log.published import published as handed_out
from services.witness.app import Witness
from services.witness.client import Contradiction, Witnesses, last_cosigned, standings
from services.witness.keys import witness_keys
from services.witness.policies import POLICY, PolicyUnusable, policy_of
from services.witness.protocol import BODY_MAX
from services.witness.state import WitnessState
from services.witness.wire import NoAnswer, Place, UrlUnusable, exchange
from tests.ledger.log.oracle import leaves
from tests.ledger.log.published import ORIGIN, Published
from tests.ledger.store.conftest import sqlite_engine
from tests.services.witness.town import NOW, post, serving_witness


@pytest.fixture
def town(published: Published, tmp_path: Path) -> Iterator["Town"]:
    published.record(5)
    published.publish()
    with ExitStack() as stack:
        yield Town(published, tmp_path, stack)


class Town:
    """A ledger whose newest checkpoint covers 5 events, and witnesses that are made on demand."""

    def __init__(self, published: Published, folder: Path, stack: ExitStack) -> None:
        self.published, self.folder, self.stack = published, folder, stack
        self.lines: list[str] = []

    @property
    def trusted(self) -> Sequence[Verifier]:
        return self.published.folder.verifiers()

    def witness(self, name: str, trusted: Sequence[Verifier] | None = None) -> int:
        """Serve a witness of our log and put both of its keys into the policy."""
        keys = witness_keys(self.folder / name, f"{name}.example/w")
        state = WitnessState(self.folder / name, self.folder / name, keys)
        logs = {ORIGIN: self.trusted if trusted is None else trusted}
        port = self.stack.enter_context(serving_witness(Witness(state, logs)))
        self.name(name, port)
        return port

    def name(self, name: str, port: int) -> None:
        keys = witness_keys(self.folder / name, f"{name}.example/w")
        for kind, key in zip(("ed", "ml"), keys, strict=True):
            self.lines.append(f"witness {name}-{kind} {key.verifier.format()} http://127.0.0.1:{port}/")
        self.lines.append(f"group {name} any {name}-ed {name}-ml")

    def asking(self, quorum: str = "none") -> Witnesses:
        """Return our side, by a policy of all witnesses named so far."""
        (self.published.keys / POLICY).write_text("\n".join([*self.lines, f"quorum {quorum}", ""]))
        witnesses = Witnesses.of(self.published.folder)
        assert witnesses is not None
        self.stack.callback(witnesses.close)
        return witnesses

    def states(self, witnesses: Witnesses) -> dict[str, str]:
        """Ask once, and return what came of it by witness."""
        witnesses.round(self.published.writer())
        return {each.witness.partition("-")[0]: each.state for each in standings(self.published.folder)}


def test_what_is_published_is_cosigned_and_handed_out_with_the_lines(town: Town) -> None:
    town.witness("near")
    asking, store = town.asking("near"), town.published.writer()
    assert town.states(asking) == {"near": "cosigned"}
    policy = policy_of(town.published.folder)
    assert policy is not None
    for size in (5, 12, 300):
        town.published.record(size - len(town.published.leaves))
        town.published.publish()
        before = check_policy(handed_out(store), policy, logs=town.trusted)
        assert before.quorum_met == (size == 5)
        assert town.states(asking) == {"near": "cosigned"}
        after = check_policy(handed_out(store), policy, logs=town.trusted)
        assert (after.quorum_met, after.checkpoint.size, len(after.cosigned)) == (True, size, 2)
    assert check_policy(handed_out(store, 12), policy, logs=town.trusted).quorum_met
    assert asking.problem is None


def test_a_new_process_recovers_the_size_that_a_witness_knows(town: Town) -> None:
    town.witness("near")
    town.states(town.asking())
    town.published.record(20)
    town.published.publish()
    assert last_cosigned(town.published.writer(), town.asking()._known[0]) == 5
    town.published.tamper("DELETE FROM cosignature")
    assert town.states(town.asking()) == {"near": "cosigned"}


def test_two_of_three_suffice_with_one_dead_and_one_refusing(town: Town) -> None:
    town.witness("one")
    town.witness("two")
    town.witness("refusing", trusted=())
    with socket.create_server(("127.0.0.1", 0)) as gone:
        dead = gone.getsockname()[1]
    town.name("dead", dead)
    town.lines.append("group all 2 one two dead")
    asking = town.asking("all")
    started = time.monotonic()
    assert town.states(asking) == {
        "one": "cosigned",
        "two": "cosigned",
        "refusing": "declined",
        "dead": "unreachable",
    }
    assert time.monotonic() - started < 3
    policy = policy_of(town.published.folder)
    assert policy is not None
    found = check_policy(handed_out(town.published.writer()), policy, logs=town.trusted)
    assert (found.quorum_met, {each.witness.label for each in found.cosigned}) == (
        True,
        {"one-ed", "one-ml", "two-ed", "two-ml"},
    )


def test_who_did_not_answer_is_left_alone_for_a_while(town: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        town.name("silent", silent.getsockname()[1])
        asking, store = town.asking(), town.published.writer()
        assert [each.state for each in asking.round(store)] == ["unreachable"]
        assert asking.round(store) == []


def test_a_checkpoint_that_stays_the_newest_is_not_asked_about_at_once_again(town: Town) -> None:
    town.witness("near")
    asking, store = town.asking(), town.published.writer()
    assert len(asking.round(store)) == 1
    assert asking.round(store) == []
    town.published.record(1)
    town.published.publish()
    assert len(asking.round(store)) == 1


def test_a_thread_asks_after_every_checkpoint_until_told_to_stop(town: Town) -> None:
    town.witness("near")
    asking, store, stop = town.asking(), town.published.writer(), threading.Event()
    told: list[str | None] = []
    thread = threading.Thread(target=asking.run, args=(store, stop, lambda: True, told.append))
    thread.start()
    looking = town.published.writer()
    for size in (5, 9):
        town.published.record(size - len(town.published.leaves))
        town.published.publish()
        deadline = time.monotonic() + 10
        while looking.last_cosigned(1) != [size]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    stop.set()
    thread.join()
    assert set(told) == {None}


# --- Another history ------------------------------------------------------------------------------
def test_a_database_behind_what_a_witness_saw_is_not_published_on(town: Town) -> None:
    town.witness("near")
    town.states(town.asking())
    town.published.record(4)
    town.published.publish()
    town.states(town.asking())
    town.published.tamper("DELETE FROM checkpoint WHERE size > 5", "DELETE FROM cosignature")
    asking = town.asking()
    with pytest.raises(Contradiction, match="9 events that our key has signed, and ours cover 5"):
        asking.check(town.published.writer())
    assert asking.problem is not None
    (kept,) = town.published.keys.glob("contradiction-*.checkpoint")
    assert kept.read_bytes().startswith(f"{ORIGIN}\n9\n".encode())
    assert [each.state for each in standings(town.published.folder)] == ["contradicts"]


def test_another_history_that_our_key_signed_is_shown_by_the_witness(town: Town) -> None:
    port = town.witness("near")
    forged = Frontier().extend(leaves(7))
    note = sign_checkpoint(Checkpoint(ORIGIN, 7, forged.root()), town.published.folder.signing_key())
    assert post(port, b"old 0\n\n" + note).status == 200
    town.published.record(4)
    town.published.publish()
    with pytest.raises(Contradiction, match="two histories are signed"):
        town.asking().check(town.published.writer())


def test_a_witness_that_only_says_so_stops_nothing(town: Town) -> None:
    with answering(b"HTTP/1.1 409 C\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 4\r\n\r\n999\n") as port:
        town.name("liar", port)
        asking = town.asking()
        asking.check(town.published.writer())
    assert "999" in (asking.problem or "")
    assert [each.state for each in standings(town.published.folder)] == ["contradicts"]


def test_a_witness_that_forgot_is_told_of(town: Town) -> None:
    town.witness("near")
    asking = town.asking()
    assert town.states(asking) == {"near": "cosigned"}
    town.published.record(4)
    town.published.publish()
    town.states(asking)
    for place in ("witness.db", "seen"):
        path = town.folder / "near" / place
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    WitnessState(town.folder / "near", town.folder / "near", witness_keys(town.folder / "near", "near.example/w"))
    town.published.record(4)
    town.published.publish()
    town.states(asking)
    (found,) = standings(town.published.folder)
    assert (found.state, found.detail) == ("cosigned", "it had forgotten that it cosigned size 9")


def test_before_the_first_checkpoint_there_is_nothing_to_ask(published: Published, tmp_path: Path) -> None:
    published.publisher().close()
    with ExitStack() as stack:
        town = Town(published, tmp_path, stack)
        town.witness("near")
        town.asking().check(published.writer())
        assert [each.state for each in standings(published.folder)] == ["waiting"]


# --- Hostile answers ------------------------------------------------------------------------------
@contextmanager
def answering(raw: bytes, drip: float = 0.0, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that answers everything with the same bytes, at once or one by one, and then waits."""
    over = threading.Event()

    def answer(own: socket.socket) -> None:
        with own:
            own.settimeout(5)
            try:
                own.recv(1 << 16)
                for piece in [raw[at : at + 1] for at in range(len(raw))] if drip else [raw]:
                    own.sendall(piece)
                    if over.wait(drip):
                        return
                over.wait(5)
            except OSError:
                return

    def accept() -> None:
        while not over.is_set():
            try:
                own, _ = server.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=answer, args=(own,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threads = [threading.Thread(target=accept)]
        threads[0].start()
        yield server.getsockname()[1]
        over.set()
        server.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()


def _http(status: int, body: bytes, headers: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


FOREIGN = Ed25519CosigningKey.generate("x.example/w").cosign(Checkpoint(ORIGIN, 5, b"r" * 32), NOW).line().encode()


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (b"", "unreachable"),
        (b"\0" * 100_000, "unreachable"),
        (b"SSH-2.0-OpenSSH\r\n", "unreachable"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "unreachable"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"4000\r\n" + b"x" * 0x4000 + b"\r\n",
            "unreachable",
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000, "unreachable"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000, "unreachable"),
        (_http(200, b"x" * (BODY_MAX + 1)), "unreachable"),
        (_http(200, b""), "declined"),
        (_http(200, FOREIGN), "declined"),
        (_http(200, b"\n\n" + FOREIGN), "declined"),
        (_http(200, b"\xff\xfe"), "declined"),
        (_http(301, b"", "Location: http://127.0.0.1:1/\r\n"), "declined"),
        (_http(409, b"5\n"), "declined"),
        (_http(409, b"3\n", "Content-Type: text/x.tlog.size\r\n"), "declined"),
        (_http(409, b"9" * 5000 + b"\n", "Content-Type: text/x.tlog.size\r\n"), "declined"),
        (_http(500, "\x1b[31m\u202e\n".encode() * 100), "declined"),
        (_http(422, b"no"), "contradicts"),
    ],
)
def test_whatever_a_witness_answers_is_harmless(raw: bytes, state: str, tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "ledger.sqlite").ready("test")
    published = Published(engine, tmp_path / "keys")
    published.record(5)
    published.publish()
    with ExitStack() as stack, answering(raw) as port:
        town = Town(published, tmp_path, stack)
        town.name("odd", port)
        started = time.monotonic()
        town.asking().check(published.writer())
        assert time.monotonic() - started < 5
        (found,) = standings(published.folder)
        assert found.state == state
        assert found.detail.isprintable()
        assert len(found.detail) < 500
        assert published.writer().cosignatures(5) == []
    engine.close()


def _exchanged(port: int, seconds: float = 0.5, scheme: str = "http") -> None:
    place = Place.parse(f"{scheme}://127.0.0.1:{port}")
    asyncio.run(exchange(place, "POST", "add-checkpoint", b"x", seconds))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_answer_that_drips_ends_with_the_time(scheme: str) -> None:
    started = time.monotonic()
    with answering(_http(200, b"x" * 1000), drip=0.02) as port, pytest.raises(NoAnswer):
        _exchanged(port, scheme=scheme)
    assert time.monotonic() - started < 3


# --- Settings -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://a/",
        "http://",
        "http:///x",
        "http://a:b/",
        "http://u:p@a/",
        "http://a/?x",
        "http://a/#x",
        "http://a\x7f/",
    ],
)
def test_a_url_that_cannot_be_asked_is_refused(url: str) -> None:
    with pytest.raises(UrlUnusable):
        Place.parse(url)


@given(st.text(max_size=60))
def test_a_url_is_a_place_or_refused(url: str) -> None:
    for each in (url, f"http://{url}", f"https://a{url}"):
        try:
            place = Place.parse(each)
        except UrlUnusable:
            continue
        assert place.host
        assert 0 <= place.port <= 65535


def test_places_are_read_as_they_are_meant() -> None:
    assert Place.parse("https://W.example/a/b/") == Place("https", "w.example", 443, "/a/b")
    assert Place.parse("http://[::1]:81").authority == "[::1]:81"


@pytest.mark.parametrize("policy", ["quorum none\n", ""])
def test_without_urls_there_is_nobody_to_ask(published: Published, policy: str) -> None:
    published.publisher().close()
    if policy:
        (published.keys / POLICY).write_text(policy)
    assert Witnesses.of(published.folder) is None


def test_a_policy_that_cannot_be_read_says_where(published: Published) -> None:
    published.publisher().close()
    (published.keys / POLICY).write_text("quorum\n")
    with pytest.raises(PolicyUnusable, match=r"log\.policy: line 1"):
        Witnesses.of(published.folder)
