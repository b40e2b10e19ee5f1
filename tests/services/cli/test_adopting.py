from __future__ import annotations

from tests.fix_liggare import Liggare


def test_a_standard_set_is_adopted_once_however_often_it_is_asked_for(liggare: Liggare) -> None:
    first = liggare("adopt-rules", "sweden", "--json").json
    assert first["new"] == first["rules"] == first["position"] > 10
    again = liggare("adopt-rules", "sweden", "--json").json
    assert again == first | {"new": 0}
    listed = liggare("show", "rules", "--asof", "2015-05-12", "--json").json["rules"]
    held = {each["rule"]: each["citation"] for each in listed if each["in_force"]}
    assert held["appeal_days"] == "KL 1991:900"
    assert "not_delegable" not in held


def test_what_a_body_adopted_before_stands(liggare: Liggare) -> None:
    own = '{"rule": "appeal_days", "value": 28, "unit": "days", "citation": "KL", "valid_from": "2018-01-01"}'
    liggare("do", "adopt-rule", "--json", own)
    ran = liggare("adopt-rules", "sweden", "--json").json
    assert ran["new"] == ran["rules"] - 1
    shown = liggare("show", "rule", "appeal_days", "--json").json
    assert [each["value"] for each in shown["adoptions"] if each["in_force"]] == [28]


def test_an_unknown_set_is_named_with_those_there_are(liggare: Liggare) -> None:
    assert "there is: sweden" in liggare("adopt-rules", "norway", code=2).err
