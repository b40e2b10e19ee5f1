"""A ledger with witnesses, by its commands: who has seen what is said, and an old copy is found out by a neighbour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ledger.log.folder import LogFolder
from services.witness.app import Witness
from services.witness.client import STANDINGS
from services.witness.keys import witness_keys
from services.witness.policies import POLICY
from services.witness.state import WitnessState
from tests.fix_liggare import Liggare
from tests.ledger.store.conftest import engine_at, engine_name, place
from tests.services.cli.test_continuity import BODY, RESTORED, change
from tests.services.witness.town import serving_witness

__all__ = ["engine_name", "place"]


@pytest.fixture
def liggare(engine_name: str, place: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Liggare:
    store = f"sqlite:///{place}" if engine_name == "sqlite" else place
    made = Liggare(store, tmp_path / "keys", capfdbinary)
    made("init")
    return made


@pytest.fixture
def neighbour(liggare: Liggare, tmp_path: Path) -> Iterator[ExitStack]:
    """A witness that runs until the stack is closed; `log.policy` asks for it."""
    keys = witness_keys(tmp_path / "w", "near.example/w")
    trusted = LogFolder(liggare.keys, liggare.ledger).verifiers()
    witness = Witness(WitnessState(tmp_path / "w", tmp_path / "w", keys), {liggare.ledger: trusted})
    with ExitStack() as stack:
        port = stack.enter_context(serving_witness(witness))
        line = f"witness near {keys[0].verifier.format()} http://127.0.0.1:{port}"
        (liggare.keys / POLICY).write_text(f"{line}\nquorum near\n")
        yield stack


def _record(liggare: Liggare, *numbers: int, code: int = 0) -> None:
    for number in numbers:
        liggare("do", "register-body", "--json", BODY.format(number), code=code)


def _kept(engine_name: str, place: str) -> int:
    with closing(engine_at(engine_name, place).owner()) as connection:
        return int(connection.execute("SELECT count(*) FROM cosignature").fetchone()[0])


def test_status_and_verify_say_who_has_seen_it(
    liggare: Liggare, neighbour: ExitStack, engine_name: str, place: str
) -> None:
    _record(liggare, 1, 2)
    found = liggare("status", "--json").json["witnesses"]
    assert (found["witnessed"], found["last_witnessed"], found["quorum"]) == (True, 2, "near")
    assert [each["witness"] for each in found["by"]] == ["near"]
    assert "witnessed by near (20" in liggare("status").out
    audit = liggare("verify", "--json").json
    # One by size; two where a second passed before the same checkpoint was shown again: the first and the latest stay.
    assert audit["checked"]["cosignatures"] == _kept(engine_name, place) in range(2, 5)
    assert any(fact.startswith("witnessed by near (20") and fact.endswith("size 2") for fact in audit["facts"])
    neighbour.close()
    _record(liggare, 3)
    status = liggare("status").out
    assert "not witnessed; the policy asks for near" in status
    assert "the last that was witnessed covers 2" in status
    assert "near unreachable" in status
    assert any("not yet size 3" in fact for fact in liggare("verify", "--json").json["facts"])


def test_without_a_policy_verify_says_that_no_witness_was_asked_for(liggare: Liggare) -> None:
    _record(liggare, 1)
    assert liggare("status", "--json").json["witnesses"] is None
    assert "witnesses: there is no log.policy that names them" in liggare("verify", "--json").json["not_checked"]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("UPDATE cosignature SET cosigned_at = cosigned_at - 1", "its row and its line differ"),
        ("UPDATE cosignature SET size = 1 WHERE size = 2", "it does not fit"),
        ("UPDATE cosignature SET size = 9 WHERE size = 2", "no checkpoint of that size"),
        ("UPDATE cosignature SET line = 'x'", "byte|signature line|empty line"),
    ],
)
def test_a_cosignature_that_does_not_hold_is_named(
    liggare: Liggare, neighbour: ExitStack, engine_name: str, place: str, damage: str, reason: str
) -> None:
    _record(liggare, 1, 2)
    change(engine_name, place, "DELETE FROM cosignature WHERE size = 1", damage)
    found = liggare("verify", "--json", code=3).json["findings"]
    assert any(
        each["place"].startswith("cosignature by near.example/w+") and re.search(reason, each["reason"])
        for each in found
    )
    neighbour.close()


def test_an_old_copy_of_everything_of_ours_is_found_out_by_the_neighbour(
    liggare: Liggare, neighbour: ExitStack, engine_name: str, place: str
) -> None:
    _record(liggare, 1, 2, 3, 4)
    change(engine_name, place, *RESTORED, "DELETE FROM cosignature")
    (liggare.keys / "log.checkpoint").unlink()
    refused = liggare("do", "register-body", "--json", BODY.format("new"), code=4)
    assert "4 events that our key has signed, and ours cover 2" in refused.err
    assert liggare("status", "--json").json["head"] == 2
    assert "near contradicts" in liggare("status").out
    assert len(list(liggare.keys.glob("contradiction-*.checkpoint"))) == 1
    neighbour.close()
    (liggare.keys / STANDINGS).unlink()


def test_a_policy_that_cannot_be_read_is_a_mistake_of_the_operator(liggare: Liggare) -> None:
    (liggare.keys / POLICY).write_text("quorum nobody\n")
    for arguments in (("do", "register-body", "--json", BODY.format(1)), ("status",)):
        assert "log.policy: line 1" in liggare(*arguments, code=2).err
