"""A witness over a real socket answers as C2SP tlog-witness says, also those who have no manners."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.log.cosignature import timestamp_of
from ledger.log.keys import encode_base64
from ledger.log.note import Signer, SigningKey, parse_note, sign_note, verify_note
from ledger.log.verify import verify_checkpoint
from services.witness.app import Witness
from services.witness.keys import witness_keys
from services.witness.logs import known_logs
from services.witness.protocol import BODY_MAX, AddCheckpoint, origin_hash, parse_cosignatures
from services.witness.state import WitnessState
from tests.services.witness.town import NAME, NOW, ORIGIN, Got, Log, get, post, serving_witness, talk, witness_at

LOG = Log()
HEAD = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with serving_witness(witness_at(tmp_path, LOG)) as found:
        yield found


def _status(port: int, body: bytes) -> int:
    return post(port, body).status


# --- Conformance ----------------------------------------------------------------------------------
def test_a_cosignature_of_each_key_and_a_checkpoint_for_monitors(port: int, tmp_path: Path) -> None:
    trusted = [key.verifier for key in witness_keys(tmp_path, NAME)]
    path = f"/{origin_hash(ORIGIN)}/checkpoint"
    assert get(port, path).status == 404
    got = post(port, LOG.asks(0, 5))
    assert got.status == 200
    lines = parse_cosignatures(got.body, LOG.note(5), trusted, NOW)
    assert got.body.decode() == "".join(line.line() for line in lines)
    assert [line.key_id for line in lines] == [key.key_id for key in trusted]
    assert {timestamp_of(line) for line in lines} == {NOW}
    shown = get(port, path)
    assert (shown.status, shown.body) == (200, LOG.note(5) + got.body)
    assert verify_checkpoint(shown.body, ORIGIN, [LOG.key.verifier]).size == 5
    assert len(verify_note(parse_note(shown.body), trusted)) == 2
    assert get(port, f"/{origin_hash('other')}/checkpoint").status == 404


def test_only_lines_that_were_checked_are_shown_to_monitors(port: int) -> None:
    foreign = SigningKey.generate(ORIGIN).sign(LOG.head(5).text()).line().encode()
    body = AddCheckpoint(0, (), LOG.note(5) + foreign).to_bytes()
    assert _status(port, body) == 200
    assert foreign not in get(port, f"/{origin_hash(ORIGIN)}/checkpoint").body


def test_every_status_of_the_specification(port: int) -> None:
    unknown = SigningKey.generate("x.example")
    nobody = sign_note(LOG.head(5).text(), SigningKey.generate(ORIGIN)).to_bytes()
    elsewhere = sign_note(LOG.head(5).text().replace(ORIGIN, "x.example"), unknown).to_bytes()
    empty = sign_note(f"{ORIGIN}\n0\n{encode_base64(b'h' * 32)}\n", LOG.key).to_bytes()
    assert _status(port, b"hello") == 400
    assert _status(port, AddCheckpoint(0, (), elsewhere).to_bytes()) == 404
    assert _status(port, AddCheckpoint(0, (), nobody).to_bytes()) == 403
    assert _status(port, AddCheckpoint(6, (), LOG.note(5)).to_bytes()) == 400
    assert _status(port, AddCheckpoint(0, (), empty).to_bytes()) == 422
    assert _status(port, AddCheckpoint(0, (b"h" * 32,), LOG.note(5)).to_bytes()) == 422
    assert post(port, LOG.asks(3, 5)) == Got(409, "text/x.tlog.size", b"0\n")
    assert _status(port, LOG.asks(0, 5)) == 200
    assert post(port, LOG.asks(0, 9)) == Got(409, "text/x.tlog.size", b"5\n")
    assert _status(port, AddCheckpoint(5, (), LOG.note(9)).to_bytes()) == 422
    assert _status(port, LOG.asks(5, 5)) == 200
    assert _status(port, LOG.forked(2).asks(5, 5)) == 422
    assert _status(port, LOG.forked(2).asks(5, 9)) == 422
    assert _status(port, LOG.asks(5, 9)) == 200
    assert post(port, LOG.asks(5, 5)) == Got(409, "text/x.tlog.size", b"9\n")


def test_methods_and_paths_that_are_none(port: int) -> None:
    assert get(port, "/add-checkpoint").status == 405
    assert post(port, LOG.asks(0, 5), "/").status == 404
    assert get(port, "/x/../../etc/passwd").status == 404


def test_forks_of_every_kind_are_refused_over_the_wire(port: int) -> None:
    chance, seen = random.Random(5), 0
    for new in sorted(chance.sample(range(1, 300), 25)):
        if seen:
            fork = LOG.forked(chance.randint(0, seen - 1))
            assert _status(port, fork.asks(seen, chance.randint(seen, 300))) == 422
        assert _status(port, LOG.asks(seen, new)) == 200
        seen = new


def test_two_readers_who_were_shown_two_heads_learn_of_it_by_one_witness(port: int) -> None:
    fork = LOG.forked(3)
    assert _status(port, LOG.asks(0, 200)) == 200
    assert _status(port, fork.asks(0, 200)) == 409
    assert _status(port, fork.asks(200, 200)) == 422
    shown = get(port, f"/{origin_hash(ORIGIN)}/checkpoint").body
    assert verify_checkpoint(shown, ORIGIN, [LOG.key.verifier]).root == LOG.head(200).root != fork.head(200).root


def test_of_conflicting_heads_at_once_at_most_one_is_cosigned(port: int) -> None:
    heads = [LOG, *(LOG.forked(at) for at in range(11))]
    with ThreadPoolExecutor(len(heads)) as pool:
        first = list(pool.map(lambda each: _status(port, each.asks(0, 20)), heads))
        won = heads[first.index(200)]
        then = list(pool.map(lambda each: _status(port, each.asks(20, 30)), heads))
    assert sorted(first) == [200] + [409] * 11
    assert [status for status, each in zip(then, heads, strict=True) if each is won] == [200]
    assert 200 not in [status for status, each in zip(then, heads, strict=True) if each is not won]


def test_a_log_that_changes_its_key_is_known_by_any_of_them(tmp_path: Path) -> None:
    after = SigningKey.generate(ORIGIN)
    keys = tmp_path / "log.vkeys"
    keys.write_text(f"{after.verifier.format()}\n{LOG.mldsa.verifier.format()}\n")
    policy = tmp_path / "policy"
    policy.write_text(f"log {LOG.key.verifier.format()}\nquorum none\n")
    logs = known_logs([str(keys)], [policy])
    assert [len(each) for each in logs.values()] == [3]
    state = WitnessState(tmp_path / "w", tmp_path / "w", witness_keys(tmp_path / "w", NAME))
    with serving_witness(Witness(state, logs, lambda: NOW)) as port:
        turns: list[tuple[int, int, Signer]] = [(0, 5, LOG.key), (5, 6, after), (6, 7, LOG.mldsa)]
        for old, new, key in turns:
            assert _status(port, AddCheckpoint(old, LOG.proof(old, new), LOG.note(new, key)).to_bytes()) == 200


# --- Without manners ------------------------------------------------------------------------------
CHUNK = b"10\r\n" + b"x" * 16 + b"\r\n"


@pytest.mark.parametrize(
    ("pieces", "statuses"),
    [
        ((HEAD + b"Content-Length: 99999999\r\n\r\n",), {413}),
        ((HEAD + b"Content-Length: " + b"9" * 4000 + b"\r\n\r\n",), {400, 413}),
        ((HEAD + b"Content-Length: -1\r\n\r\n",), {400}),
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\n", CHUNK * (BODY_MAX // 16 + 9)), {413}),
        ((HEAD + b"Content-Length: 100\r\n\r\n", b"old 0\n"), {408}),
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[CHUNK] * 20), {408}),
        ((b"\0\1\2\3" * 100 + b"\r\n\r\n",), {400}),
        ((HEAD + b"X: " + b"y" * 100_000,), {400}),
        ((HEAD + b"Connection: close\r\nContent-Length: 100000\r\n\r\n" + b"old 1\n" * 16_667,), {400}),
        ((HEAD + b"Connection: close\r\nContent-Length: 100000\r\n\r\n" + b"\n" * 100_000,), {400}),
        ((HEAD + b"Connection: close\r\nContent-Length: 1000\r\n\r\n" + bytes(range(250)) * 4,), {400}),
    ],
)
def test_hostile_requests_are_answered_with_a_refusal_in_bounded_time(
    port: int, pieces: tuple[bytes, ...], statuses: set[int]
) -> None:
    started = time.monotonic()
    assert talk(port, *pieces, pause=0.1 if len(pieces) > 10 else 0.0).status in statuses
    assert time.monotonic() - started < 5
    assert _status(port, LOG.asks(0, 5)) == 200


def test_whoever_is_slow_keeps_nobody_waiting(port: int) -> None:
    slow = (HEAD + b"Content-Length: 1000\r\n\r\n", *[b"o"] * 15)
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(talk, port, *slow, pause=0.1) for _ in range(20)]
        started = time.monotonic()
        assert _status(port, LOG.asks(0, 5)) == 200
        assert not any(each.done() for each in waiting) or time.monotonic() - started < 1
        assert {each.result().status for each in waiting} == {408}
