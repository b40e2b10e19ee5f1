"""An erasure from request to receipt, on SQLite, as an office would run it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services import erasing
from services.cli.exits import Failure
from tests.fix_liggare import Liggare
from tests.services.cli.test_show import OPENING, received, record

WORDS = "Zebrastaketet vid skolan ska rivas"
ASKED = {"command": "request-erasure", "request": "e1", "participant": "author-i1"} | {
    "scope": ["public_words", "private_words"]
}
GRANTED = {
    "command": "decide-erasure",
    "request": "e1",
    "outcome": "granted",
    "by_role": "data_protection_officer",
    "basis": "disposal_decision",
    "disposal_decision": "KFKS 2019/12",
    "keys": ["author:author-i1|P", "author:author-i1|S"],
}
REFUSED = {
    "command": "decide-erasure",
    "request": "e2",
    "outcome": "refused",
    "by_role": "data_protection_officer",
    "refusal_ground": "public_record",
    "reasons": "Handlingen är allmän och får inte gallras.",
}


@pytest.fixture
def town(liggare: Liggare) -> Liggare:
    record(
        liggare,
        *OPENING,
        received("i1", WORDS, area="Sickla"),
        received("i2", "Något annat"),
        ASKED,
        ASKED | {"request": "e2", "participant": "author-i2"},
        GRANTED,
        REFUSED,
    )
    return liggare


def text_of(liggare: Liggare, input: str) -> Any:
    return liggare("show", "input", input, "--json").json["input"]["versions"][-1]["text"]


def counts(liggare: Liggare) -> Any:
    return liggare("show", "matter", "m", "--json").json["inputs"]


def database(liggare: Liggare) -> Path:
    return Path(liggare.store.removeprefix("sqlite:///"))


def ciphertexts(liggare: Liggare) -> list[tuple[str]]:
    with closing(sqlite3.connect(database(liggare))) as connection:
        return connection.execute("SELECT DISTINCT key FROM sealed ORDER BY key").fetchall()


def test_69_an_erasure_takes_the_words_and_moves_no_count_and_the_record_stays_whole(town: Liggare) -> None:
    before = counts(town)
    assert text_of(town, "i1")["text"] == WORDS
    assert town("search", "Zebrastaketet", code=None).out.count("Zebrastaketet") >= 1
    done = town("erase", "e1", "--yes", "--json").json
    assert done == {"request": "e1", "keys": GRANTED["keys"], "position": 11, "new": True, "may_quote": []}
    assert text_of(town, "i1")["withheld"] == "erased"
    for arguments in (
        ("show", "inputs", "--json"),
        ("show", "event", "4"),
        ("log", "--json"),
        ("search", "Zebrastaketet"),
    ):
        assert "Zebrastaketet" not in town(*arguments, code=None).out
    assert ciphertexts(town) == [("author:author-i2|P",), ("erasure:e2|P",)]
    assert counts(town) == before
    verified = town("verify", "--json").json
    assert verified["checked"]["erased fields"] == 2
    # What a key store knows is not needed: the receipt stands in the record.
    for name in ("kek", "keys.db"):
        (town.keys / name).unlink()
    assert town("verify", "--json").json["checked"]["erased fields"] == 2


def test_69_erasures_are_shown_with_receipt_and_refusal(town: Liggare) -> None:
    town("erase", "e1", "--yes")
    shown = town("show", "erasures", "--json").json
    assert shown["keys_destroyed"]["value"] == 2
    first, second = shown["erasures"]
    assert (first["status"], first["decided"]["disposal_decision"]) == ("destroyed", "KFKS 2019/12")
    assert (second["status"], second["decided"]["reasons"]["text"]) == ("refused", REFUSED["reasons"])


def test_an_erasure_is_asked_about_before_anything_is_destroyed(town: Liggare) -> None:
    ran = town("erase", "e1", code=9)
    assert "author:author-i1|P" in ran.err
    assert "--yes" in ran.err
    assert text_of(town, "i1")["text"] == WORDS


@pytest.mark.parametrize("request_id, said, code", [("e2", "is not granted", 1), ("e9", "no request", 8)])
def test_what_was_not_granted_is_not_erased(town: Liggare, request_id: str, said: str, code: int) -> None:
    assert said in town("erase", request_id, "--yes", code=code).err
    assert text_of(town, "i2")["text"] == "Något annat"


def test_the_words_of_another_are_not_destroyed_though_an_older_record_says_so(
    town: Liggare, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = ASKED | {"request": "e3", "participant": "author-i3"}
    with monkeypatch.context() as careless:
        careless.setattr("ledger.participants.keys.is_outside", lambda *_: False)
        record(town, foreign, GRANTED | {"request": "e3", "keys": ["author:author-i2|P"]})
    assert "does not belong to" in town("erase", "e3", "--yes", code=1).err
    with monkeypatch.context() as careless:
        careless.setattr("ledger.participants.keys.is_outside", lambda *_: False)
        stop_at("vault", careless)
        town("erase", "e3", "--yes", code=None)
    assert "does not belong to" in town("erase", "e3", "--yes", code=1).err
    assert text_of(town, "i2")["text"] == "Något annat"


def test_what_the_office_wrote_about_erased_words_is_named_for_somebody_to_look_at(town: Liggare) -> None:
    answer = {"command": "give-response", "response": "r1", "input": "i1", "kind": "answer", "by_office": "Trafik"}
    record(town, answer | {"text": f"Ni skrev: {WORDS}"})
    named = {"input": "i1", "kind": "response", "id": "r1", "position": 10}
    assert town("show", "erasure", "e1", "--json").json["may_quote"] == [named]
    done = town("erase", "e1", "--yes", "--json")
    assert done.json["may_quote"] == [named]
    assert "response r1 about the input i1: " in done.err and "show event 10" in done.err


def test_the_role_that_decided_does_not_carry_out(town: Liggare) -> None:
    ran = town("erase", "e1", "--yes", "--by-role", "data_protection_officer", code=1)
    assert "another role must carry it out" in ran.err
    assert text_of(town, "i1")["text"] == WORDS


def test_an_open_appeal_in_the_matter_of_the_words_forbids_erasure_until_it_is_decided(town: Liggare) -> None:
    decision = {
        "command": "record-decision",
        "decision": "d1",
        "matter": "m",
        "body": "ks",
        "title": "§ 1",
        "force": "decided",
        "clauses": [{"number": 1, "verb": "note", "text": "Noteras."}],
        "occurred": "2016-05-01",
    }
    appeal = {
        "command": "lodge-appeal",
        "decision": "d1",
        "appeal": "o1",
        "on": "2016-05-10",
        "court": "Förvaltningsrätten",
        "occurred": "2016-05-10",
    }
    record(town, decision, appeal)
    assert "appeal o1 in the matter m" in town("erase", "e1", "--yes", code=1).err
    assert text_of(town, "i1")["text"] == WORDS
    decided = {"command": "decide-appeal", "decision": "d1", "appeal": "o1", "outcome": "dismissed", "on": "2016-06-01"}
    record(town, decided)
    assert town("erase", "e1", "--yes", "--json").json["new"]


@pytest.mark.parametrize("stops", ["vault", "reader", "record"])
def test_an_erasure_that_was_stopped_is_finished_by_running_it_again(
    town: Liggare, stops: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        stop_at(stops, broken)
        assert "the power went" in town("erase", "e1", "--yes", code=None).err
    asked = town("show", "erasure", "e1", "--json").json["erasure"]
    assert (asked["status"], asked["destroyed"]) == ("begun", None)
    # The receipt is missing, and an audit says so as soon as words are gone.
    assert town("verify", code=None).code == (0 if stops == "vault" else 6)
    assert town("erase", "e1", "--yes", "--json").json["new"]
    assert town("verify").code == 0
    assert text_of(town, "i1")["withheld"] == "erased"
    again = town("erase", "e1", "--yes", "--json").json
    assert (again["new"], again["position"]) == (False, 11)


def stop_at(step: str, patch: pytest.MonkeyPatch) -> None:
    """Make one step of the work fail before it has done anything."""

    def stopped(*_: Any, **__: Any) -> None:
        raise Failure(1, "the power went")  # type: ignore[arg-type]

    match step:
        case "vault":
            patch.setattr("ledger.vault.vault.Vault.destroy", stopped)
        case "reader":
            patch.setattr("ledger.store.sqlite.SQLiteReader.delete_sealed", stopped)
        case "record":
            patch.setattr(erasing, "RecordKeyDestroyed", stopped)


def test_a_key_store_restored_from_a_backup_opens_nothing_that_was_erased_since(town: Liggare, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(town.keys / "keys.db", backup)
    town("erase", "e1", "--yes")
    for left in town.keys.glob("keys.db*"):
        left.unlink()
    shutil.copy(backup, town.keys / "keys.db")
    (town.keys / "keys.db").chmod(0o600)
    assert text_of(town, "i1")["withheld"] == "erased"
    ran = town("do", "--json", str(received("i9", "Nya ord", author="author-i1")).replace("'", '"'), code=1)
    assert "have been erased" in ran.err + ran.out or "were erased" in ran.err + ran.out


def test_after_an_erasure_nothing_more_is_recorded_under_the_pseudonym(town: Liggare) -> None:
    town("erase", "e1", "--yes")
    revised = '{"command": "revise-input", "input": "i1", "author": "author-i1", "text": "Nya ord"}'
    ran = town("do", "--json", revised, code=1)
    assert "were erased" in ran.err + ran.out
