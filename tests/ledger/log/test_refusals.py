"""What a publisher refuses to go on from, each by name and with what to do."""

import pytest

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.errors import OriginRefused, SignatureMissing
from ledger.log.folder import LogFolder
from ledger.log.merkle import root_of
from ledger.log.note import SigningKey
from ledger.log.refusals import HistoryRewritten, KeyRefused, RolledBack
from ledger.vault.errors import SecretExposed
from tests.ledger.log.published import ORIGIN, Published, flipped, literal


# --- What is refused --------------------------------------------------------------------------
def test_a_database_restored_from_an_old_copy_is_refused_with_both_sizes(published: Published) -> None:
    published.record(10)
    published.publish()
    published.tamper(
        "DELETE FROM event WHERE position > 6",
        "DELETE FROM checkpoint",
        "DELETE FROM tile",
        "UPDATE head SET next = 7",
    )
    with pytest.raises(RolledBack, match=r"6 events.*over 10 was signed.*restore") as caught:
        published.publish()
    assert (caught.value.found, caught.value.signed) == (6, 10)


def test_a_restored_database_that_grew_again_is_refused(published: Published) -> None:
    published.record(10)
    published.publish()
    published.tamper(
        "DELETE FROM event WHERE position > 6",
        "DELETE FROM checkpoint",
        "DELETE FROM tile",
        "UPDATE head SET next = 7",
    )
    published.leaves = published.leaves[:6]
    published.record(9)
    with pytest.raises(HistoryRewritten, match="size 10: the events do not give the root"):
        published.publish()
    assert published.writer().last_checkpoint() is None


def test_a_database_that_only_lost_its_checkpoints_goes_on(published: Published) -> None:
    published.record(10)
    published.publish()
    published.record(2)
    published.tamper("DELETE FROM checkpoint", "DELETE FROM tile")
    assert published.publish() == 12
    sizes = published.engine.plain().execute("SELECT size FROM checkpoint ORDER BY size").fetchall()
    assert [size for (size,) in sizes] == [10, 12]


def test_a_head_that_moves_back_under_a_running_publisher_is_refused(published: Published) -> None:
    published.record(10)
    publisher = published.publisher()
    publisher.step()
    published.tamper("DELETE FROM event WHERE position > 6", "UPDATE head SET next = 7")
    with pytest.raises(RolledBack):
        publisher.step()


@pytest.mark.parametrize("position", [1, 11, 15, 20])
def test_a_missing_event_is_never_published_over(published: Published, position: int) -> None:
    published.record(10)
    published.publish()
    published.record(10)
    published.tamper(
        f"DELETE FROM event WHERE position = {position}", "DELETE FROM tile" if position < 11 else "SELECT 1"
    )
    with pytest.raises(HistoryRewritten, match="missing"):
        published.publish()


def test_a_rewritten_past_is_noticed_when_its_tiles_are_made_to_fit(published: Published) -> None:
    published.record(10)
    published.publish()
    other = flipped(published.leaves[3])
    row = b"".join([*published.leaves[:3], other, *published.leaves[4:]])
    name = published.engine.name
    published.tamper(
        f"UPDATE event SET leaf = {literal(name, other)} WHERE position = 4",
        f"UPDATE tile SET hashes = {literal(name, row)}",
    )
    with pytest.raises(HistoryRewritten, match="size 10"):
        published.publish()


def test_a_rewritten_history_signed_with_the_true_key_is_refused_by_the_folder(published: Published) -> None:
    published.record(10)
    published.publish()
    key = published.folder.signing_key()
    other = [flipped(published.leaves[0]), *published.leaves[1:]]
    head = Checkpoint(ORIGIN, 10, root_of(other))
    name = published.engine.name
    published.tamper(
        f"UPDATE event SET leaf = {literal(name, other[0])} WHERE position = 1",
        f"UPDATE tile SET hashes = {literal(name, b''.join(other))}",
        f"UPDATE checkpoint SET root = {literal(name, head.root)}, note = '{sign_checkpoint(head, key).decode()}'",
    )
    with pytest.raises(HistoryRewritten, match="two roots"):
        published.publish()


def test_a_checkpoint_row_that_differs_from_its_note_is_refused(published: Published) -> None:
    published.record(10)
    published.publish()
    published.tamper("UPDATE checkpoint SET size = 9")
    with pytest.raises(HistoryRewritten, match="its row and its note differ"):
        published.publish()


# --- Keys -------------------------------------------------------------------------------------
def test_the_key_is_made_once_and_readable_by_its_owner_alone(published: Published) -> None:
    first, second = published.folder.signing_key(), published.folder.signing_key()
    assert first == second
    assert (published.keys / "log.key").stat().st_mode & 0o777 == 0o400
    assert published.key == first.verifier
    (published.keys / "log.key").chmod(0o440)
    with pytest.raises(SecretExposed):
        published.publisher()


def test_the_folder_of_another_ledger_is_refused(published: Published) -> None:
    LogFolder(published.keys, "other").signing_key()
    with pytest.raises(KeyRefused, match=r"keys: this folder of keys is for other, not for test; name .* --keys"):
        published.folder.signing_key()
    with pytest.raises(KeyRefused, match="is for other"):
        published.folder.verifier()
    (published.keys / "log.key").unlink()
    with pytest.raises(KeyRefused, match="is for other"):
        published.folder.existing_key()


@pytest.mark.parametrize("name", ["log.key", "log.vkey"])
def test_a_damaged_key_is_named_with_its_remedy(published: Published, name: str) -> None:
    published.folder.signing_key()
    (published.keys / name).unlink()
    (published.keys / name).write_text("oj")
    (published.keys / name).chmod(0o400)
    with pytest.raises(KeyRefused, match=rf"/{name}: it .*; restore it from its backup"):
        published.folder.existing_key()


def test_a_lost_key_is_not_made_anew_beside_its_public_half(published: Published) -> None:
    published.folder.signing_key()
    (published.keys / "log.key").unlink()
    for asked in (published.folder.signing_key, published.folder.existing_key):
        with pytest.raises(KeyRefused, match=r"log\.key: it is missing; restore it from its backup"):
            asked()
    assert not (published.keys / "log.key").exists()


def test_a_public_half_that_does_not_belong_is_refused(published: Published) -> None:
    published.folder.signing_key()
    (published.keys / "log.vkey").write_text(SigningKey.generate(ORIGIN).verifier.format())
    with pytest.raises(KeyRefused, match="public half"):
        published.folder.signing_key()


def test_a_new_key_cannot_go_on_with_an_old_log(published: Published) -> None:
    published.record(3)
    published.publish()
    published.forget_keys()
    (published.keys / "log.checkpoint").unlink()
    with pytest.raises(KeyRefused, match=r"put the old log\.key back") as caught:
        published.publish()
    assert isinstance(caught.value.__cause__, SignatureMissing)


def test_a_kept_checkpoint_of_another_log_is_refused(published: Published) -> None:
    published.record(3)
    key = published.folder.signing_key()
    foreign = Checkpoint("elsewhere", 3, root_of(published.leaves))
    (published.keys / "log.checkpoint").write_bytes(sign_checkpoint(foreign, key))
    with pytest.raises(KeyRefused) as caught:
        published.publish()
    assert isinstance(caught.value.__cause__, OriginRefused)
