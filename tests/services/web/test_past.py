"""The past stays as it was: the bytes of `?at=N` are the same after whatever comes later, but for words taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.messages import Receipt, Submission
from services.bootstrap import Running, running
from services.cli.doing import command_named
from services.erasing import erase
from tests.services.web.asgi import Face, face, twin
from tests.services.web.histories import SETUP, Act, histories
from tests.services.web.paged import ready
from tests.services.web.test_numbers import today, told

pytestmark = pytest.mark.timeout(4 * 3600)
OK = 200
FEW = settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
TAKING_AWAY = {"withdraw-input", "moderate-input", "restore-input", "decide-erasure"}
"""After these, words are shown that were not, or are not shown any more, in every past view: on purpose."""

PATHS = (
    *("/", "/beslut", "/beslut/d1", "/beslut/d2", "/forslag", "/forslag/i1", "/forslag/i2", "/svarstider", "/loften"),
    *("/namnd", "/namnd/ks", "/process/p1", "/amne", "/om", "/omrostningar/yes-no", "/omrostningar/approval"),
    *("/handelser", "/rattelser", "/raderingar", "/arende/m1", "/brister", "/sammantrade", "/handelse/3"),
)


async def every_form(ask: Face, paths: Iterable[str], moment: str) -> dict[str, tuple[int, bytes]]:
    """Return status and bytes of pages at a moment, in every form."""
    found = {}
    for path in paths:
        for address in (path, f"/en{path}", twin(path, "json"), twin(path, "csv")):
            said = await ask(f"{address}?{moment}")
            found[address] = said.status, said.body
    return found


async def unchanged(acts: Sequence[Act], split: float, paths: Sequence[str]) -> None:
    kept = [act for act in acts if not TAKING_AWAY & {each["command"] for each in act}]
    middle = 1 + round(split * (len(kept) - 1))
    with TemporaryDirectory() as folder:
        async with told([SETUP, *kept[:middle]], Path(folder)) as (parts, recorder):
            async with face(parts) as ask:
                with parts.rows() as rows:
                    moment = f"at={rows.position}"
                before = await every_form(ask, paths, moment)
                for act in kept[middle:]:
                    await recorder.record(act)
                parts.runner().catch_up()
                again = await every_form(ask, paths, moment)
            async with face(parts) as ask:
                anew = await every_form(ask, paths, moment)
    for later in (again, anew):
        assert [address for address in before if before[address] != later[address]] == []
    assert sum(status == OK for status, _ in before.values()) > len(paths)


@FEW
@given(histories, st.floats(0.2, 0.8), st.lists(st.sampled_from(PATHS), min_size=6, max_size=8, unique=True))
def test_a_position_answers_the_same_bytes_after_later_events(acts: list[Act], split: float, paths: list[str]) -> None:
    asyncio.run(unchanged(acts, split, ["/", "/forslag", *paths]))


@pytest.mark.slow
@MANY
@given(histories, st.floats(0.2, 0.8))
def test_positions_of_many_histories_answer_the_same_bytes(acts: list[Act], split: float) -> None:
    asyncio.run(unchanged(acts, split, PATHS))


# --- Words taken away -------------------------------------------------------------------------------
WORDS = {"i1": "canary of the erased", "i2": "canary of the withdrawn", "i3": "canary of the rejected"}


async def seen(ask: Face, position: int) -> None:
    """Return once the pages know of a position."""
    async with asyncio.timeout(60):
        # It watches from a thread of its own, and tells no one.
        while int((await ask("/")).headers["ledger-head"]) < position:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def do(ledger: Running, *commands: Mapping[str, object]) -> int:
    """Record commands; return the last position once the read models show it."""
    last = 0
    for each in commands:
        fields = dict(each)
        kind = command_named(str(fields.pop("command")))
        (outcome,) = await ledger.submit([Submission(kind.model_validate(fields), uuid4(), "channel:test")])
        assert isinstance(outcome, Receipt), outcome
        last = outcome.first
    await asyncio.wait_for(ledger.projected(last), 60)
    return last


async def test_words_taken_away_are_gone_from_every_page_form_and_moment(tmp_path: Path) -> None:
    received = [
        {
            "command": "receive-input",
            "input": name,
            "kind": "proposal",
            "channel": "web",
            "process": "p1",
            "theme": "trees",
        }
        | {"author": f"a-{name}", "author_kind": "resident", "text": text}
        for name, text in WORDS.items()
    ]
    decision = {
        "command": "record-decision",
        "decision": "d1",
        "matter": "m1",
        "body": "ks",
        "title": "Ja",
        "force": "decided",
    }
    more = {"clauses": [{"number": 1, "verb": "approve", "text": "Ja"}], "scope": [{"process": "p1"}]}
    asking = {"command": "request-erasure", "request": "e1", "participant": "a-i1", "scope": ["public_words"]}
    deciding = {"command": "decide-erasure", "request": "e1", "outcome": "granted", "by_role": "dpo"}
    moderated = {"command": "moderate-input", "input": "i3", "verdict": "rejected", "reason_code": "abuse"}
    paths = ["/", "/forslag", "/beslut/d1", "/process/p1", "/arende/m1", "/handelser", "/amne/trees"]
    paths += [*(f"/forslag/{name}" for name in WORDS), "/handelse/7", "/handelse/8", "/handelse/9"]
    async with running(ready(tmp_path)) as ledger, face(ledger.parts) as ask:
        shown = await do(ledger, *SETUP, *received, decision | more)
        await seen(ask, shown)
        moments = (f"at={shown}", f"at={shown - 1}", f"asof={today()}", "x=")
        for moment in moments:
            before = await every_form(ask, paths, moment)
            for text in WORDS.values():
                assert sum(text.encode() in body for _, body in before.values()) >= 4, (moment, text)
        await do(ledger, asking, deciding | {"basis": "consent_withdrawn", "keys": ["author:a-i1|P"]})
        await erase(ledger, "e1", "operator")
        last = await do(
            ledger, {"command": "withdraw-input", "input": "i2", "author": "a-i2"}, moderated | {"by_role": "moderator"}
        )
        await seen(ask, last)
        for moment in (*moments, f"at={last}"):
            for address, (_, body) in (await every_form(ask, paths, moment)).items():
                for text in WORDS.values():
                    assert text.encode() not in body, (address, moment, text)
