"""Every refusal of a field has a sentence in English and Swedish that names the remedy."""

import ast
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.bootstrap import SLICES
from services.cli.doing import COMMANDS
from services.sentences import (
    CHOICES_CHARACTERS_MAX,
    PATTERNS,
    SENTENCES,
    SWEDISH,
    Sentence,
    Wrong,
    faults,
    in_swedish,
    listed,
    said_of,
)

ROOT = Path(__file__).parents[2]
FALLBACK = in_swedish("words that nobody has written")


def wrongs(command: str, **members: Any) -> dict[str, Wrong]:
    """Return what is wrong with a command, by place; fails if it is accepted."""
    kind = COMMANDS[command]
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(members)
    return {".".join(map(str, each.place)): each for each in faults(caught.value, kind)}


def raised_sentences(path: Path) -> set[str]:
    """Return the sentences of ValueErrors and field refusals in a file, with a word for every value."""
    found = set()
    tree = ast.parse(path.read_text("utf-8"))
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        place = {"ValueError": 0, "field_invalid": 1, "Violation": 1}.get(node.func.id)
        if place is None or len(node.args) <= place:
            continue
        match node.args[place]:
            case ast.Constant(value=str(text)):
                found.add(text)
            case ast.Name(id=name) if name in constants:
                found.add(constants[name])
            case ast.JoinedStr(values=parts):
                found.add("".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in parts))
    return found


def test_every_sentence_of_a_check_has_its_swedish_one() -> None:
    paths = [
        *ROOT.glob("ledger/*.py"),
        *(path for each in SLICES for path in ROOT.glob(f"ledger/{each.name}/*.py")),
        *ROOT.glob("services/rpc/*.py"),
    ]
    sentences = set().union(*map(raised_sentences, paths))
    assert len(sentences) > 100
    assert {each for each in sentences if in_swedish(each) == FALLBACK} == set()


def test_a_swedish_sentence_keeps_the_values() -> None:
    assert in_swedish("2015-02-30 is not a day of the calendar") == "2015-02-30 är ingen dag i kalendern"
    assert all(en.count("{0}") == sv.count("{0}") for en, sv in SWEDISH.items())


def test_both_languages_fill_in_the_same_values() -> None:
    context = dict.fromkeys(("expected", "min_length", "max_length", "ge", "le"), "7")
    for kind, sentence in SENTENCES.items():
        said = said_of(kind, context, "")
        assert said.en.count("7") == said.sv.count("7")
        assert said.en != sentence.sv
    assert len(PATTERNS) >= 8


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_command_answers_in_the_words_of_a_library(name: str) -> None:
    kind = COMMANDS[name]
    for junk in ({}, {field: {"x": 1} for field in kind.model_fields}, dict.fromkeys(kind.model_fields, "Å Ä")):
        for wrong in wrongs(name, **junk, unknown=1).values():
            assert "should" not in wrong.said.en and "Input" not in wrong.said.en, wrong
            assert wrong.said.sv != FALLBACK, wrong


def test_a_missing_choice_lists_what_may_be_stated() -> None:
    found = wrongs("RegisterBody", name="KS")
    assert found["kind"].said.en.startswith("is missing; state one of: ")
    assert "board" in found["kind"].said.en and "board" in found["kind"].said.sv
    wrong = wrongs("RegisterBody", name="KS", kind="choir")["kind"].said
    assert wrong.en.startswith("must be one of: ") and "board" in wrong.en and "'" not in wrong.en


def test_only_a_field_that_may_be_left_out_is_told_so() -> None:
    required = wrongs("RegisterBody", kind="board", name=" ", body="a")["name"].said
    assert "leave" not in required.en and "utelämna" not in required.sv and "required" in required.en
    optional = wrongs("ReceiveInput", input="a", kind="proposal", text="x", channel="web", area=" ")["area"].said
    assert "leave the field out" in optional.en and "utelämna fältet" in optional.sv


def test_limits_and_forms_are_said_in_words() -> None:
    found = wrongs(
        "RegisterBody", body="A b", kind="board", name="x" * 301, numbers=[{"scheme": "A", "value": "1"}] * 21
    )
    assert found["body"].said == PATTERNS["^[a-z0-9][a-z0-9-]{0,63}$"]
    assert found["name"].said == Sentence(
        "may have at most 300 characters; shorten it", "får ha högst 300 tecken; korta ned det"
    )
    many = wrongs("RegisterBody", body="a", kind="board", name="x", numbers=[{"scheme": "a", "value": "1"}] * 21)
    assert many["numbers"].said.en == "may hold at most 20 items; take some out"


def test_a_rule_over_several_fields_names_them_in_its_sentence() -> None:
    wrong = wrongs("OpenBallot", ballot="b", question="?", rule="yes_no_abstain", threshold=3)[""].said
    assert wrong == Sentence(
        "threshold belongs to the rule support; leave it out", "threshold hör till regeln support; utelämna det"
    )


def test_a_long_list_of_choices_is_cut_between_two_of_them() -> None:
    words = [f"choice{n}" for n in range(100)]
    text = listed(words)
    assert len(text) <= CHOICES_CHARACTERS_MAX + 3
    assert text.endswith(", …")
    assert text.removesuffix(", …").split(", ") == words[: text.count(",")]
