"""How fast an address may ask, and whose request it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.pace import Pace, client, networks
from services.web.rendering import build
from tests.services.web.paged import OPENING, paged, received

PROXY = networks(["10.0.0.0/8", "127.0.0.1", "fd00::/8"])


@given(st.lists(st.floats(0, 5), max_size=200), st.floats(0.1, 50), st.integers(1, 20))
def test_nobody_gets_more_than_the_bucket_and_its_refill(pauses: list[float], rate: float, size: int) -> None:
    now = [0.0]
    pace = Pace(rate, size, clock=lambda: now[0])
    taken = 0
    for pause in pauses:
        now[0] += pause
        seconds = pace.wait("a")
        taken += not seconds
        assert seconds == int(seconds) >= 0
        assert taken <= size + now[0] * rate + 1e-6
        if seconds:
            now[0] += seconds
            assert pace.wait("a") == 0
            taken += 1


def test_addresses_do_not_wait_for_one_another_and_are_forgotten() -> None:
    pace = Pace(0.001, 1, kept=2, clock=lambda: 0.0)
    assert [pace.wait(each) for each in "aab"] == [0, 1000, 0]
    pace.wait("c")
    assert pace.wait("a") == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "whose"),
    [
        ("198.51.100.7", "203.0.113.1", "198.51.100.7"),
        ("10.1.2.3", "203.0.113.1", "203.0.113.1"),
        ("10.1.2.3", "evil, 203.0.113.1, 10.9.9.9", "203.0.113.1"),
        ("10.1.2.3", "203.0.113.1, nonsense", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("::ffff:10.1.2.3", "203.0.113.1", "203.0.113.1"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("127.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("", "203.0.113.1", None),
        ("testclient", "", None),
    ],
)
def test_a_forwarded_address_is_believed_from_a_trusted_proxy_alone(
    peer: str, forwarded: str, whose: str | None
) -> None:
    assert client(peer, forwarded, PROXY) == whose


def test_a_forgotten_proxy_of_this_machine_does_not_shut_out_everybody() -> None:
    assert client("127.0.0.1", "203.0.113.1", ()) is None
    assert client("::1", "", ()) is None


@given(st.text(max_size=100), st.text(max_size=100))
def test_whatever_is_forwarded_somebody_or_nobody_is_found(peer: str, forwarded: str) -> None:
    for each in (peer, "10.0.0.1"):
        assert isinstance(client(each, forwarded, PROXY), str | None)


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        networks([text])


# --- What counts ------------------------------------------------------------------------------
COUNTED = (
    *("/", "/en/namnd", "/namnd.json", "/namnd.csv", "/nowhere", "/flode.atom", "/en/flode.atom", "/loften.ics"),
    *("/arende/m.zip", "/forslag/i1.jsonld", "/data/catalog.ttl", "/data/forslag.csv", "/data/handelser.jsonl.gz"),
)
"""What is made for whoever asks: pages in every form, and whatever lies beside them."""

NOT_COUNTED = (
    *(f"/static/{build()}/style.css", "/robots.txt", "/favicon.svg", "/openapi.json"),
    *("/checkpoint", "/log.vkey", "/tile/entries/000.p/4", "/receipts/1", "/checkpoints.jsonl"),
)
"""What every page loads, what never changes, and the log, of which a verifier fetches many small pieces."""


async def test_what_is_made_for_one_who_asks_counts_and_files_of_every_page_and_of_the_log_do_not(
    tmp_path: Path,
) -> None:
    pace = Pace(per_second=1e-6, at_once=len(COUNTED))
    async with paged(tmp_path, pace=pace, trusted=networks(["127.0.0.0/8"])) as found:
        await found.do(*OPENING, received("i1", "En cykelbana"))
        await found.until("/checkpoint", "\n4\n")
        one, other = {"X_Forwarded_For": "198.51.100.7"}, {"X_Forwarded_For": "198.51.100.8"}
        for path in (*COUNTED, *NOT_COUNTED):
            assert (await found.ask(path, **one)).status == (404 if path == "/nowhere" else 200), path
        for path in COUNTED:
            said = await found.ask(path, **one)
            assert said.status == 429 and int(said.headers["retry-after"]) >= 1, path
        for path in NOT_COUNTED:
            assert (await found.ask(path, **one)).status == 200, path
        assert (await found.ask("/", **other)).status == 200
