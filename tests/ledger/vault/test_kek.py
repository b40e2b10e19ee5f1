"""What KEKs and secret files promise: made once, for their owner alone, refused where others can read them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ledger.vault.errors import SecretExposed, SecretMalformed
from ledger.vault.kek import LocalKek, kek_from_file, kek_from_text, new_kek_text
from ledger.vault.secret_files import load_or_create_secret

SECRET = bytes(range(32))
KEK = LocalKek("2026-11", SECRET)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_kek_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "kek"
    made = kek_from_file(path, "2026-11")
    assert mode(path) == 0o400
    again = kek_from_file(path, "2026-12")
    assert again.epoch == "2026-11", "an existing file keeps its epoch"
    assert again.unwrap("author:a", made.wrap("author:a", SECRET)) == SECRET


@pytest.mark.parametrize("open_to_others", [0o404, 0o440, 0o644, 0o600 | 0o001])
def test_a_kek_file_open_to_others_is_refused_with_the_remedy(tmp_path: Path, open_to_others: int) -> None:
    path = tmp_path / "kek"
    kek_from_file(path, "2026-11")
    path.chmod(open_to_others)
    with pytest.raises(SecretExposed, match=r"chmod 0400 .*kek"):
        kek_from_file(path, "2026-11")


def test_a_malformed_kek_is_refused_and_never_quoted(tmp_path: Path) -> None:
    path = tmp_path / "kek"
    for content in (b"", b"\xff\xfe", b"liggare-kek+2026-11+hemlig", new_kek_text("e").encode()[:-3]):
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        path.chmod(0o400)
        with pytest.raises(SecretMalformed) as refused:
            kek_from_file(path, "2026-11")
        assert "hemlig" not in str(refused.value)
        assert path.read_bytes() == content, "a bad file is never replaced"


def test_a_kek_may_be_handed_over_as_text() -> None:
    text = new_kek_text("2026-11", lambda count: SECRET[:count])
    kek = kek_from_text(f" {text}", "LIGGARE_KEK")
    assert kek.epoch == "2026-11"
    assert KEK.unwrap("author:a", kek.wrap("author:a", bytes(32))) == bytes(32)
    for wrong in ("", "hemlig", text[:-2]):
        with pytest.raises(SecretMalformed, match=r"^LIGGARE_KEK does not hold a KEK") as refused:
            kek_from_text(wrong, "LIGGARE_KEK")
        assert not wrong or wrong.strip() not in str(refused.value)
    with pytest.raises(SecretMalformed, match="new KEK"):
        new_kek_text("November 2026")


def test_any_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "note-key"
    assert load_or_create_secret(path, lambda: "PRIVATE+KEY+first\n") == "PRIVATE+KEY+first"
    assert load_or_create_secret(path, lambda: "PRIVATE+KEY+second\n") == "PRIVATE+KEY+first"
    assert mode(path) == 0o400
    assert [each.name for each in tmp_path.iterdir()] == ["note-key"]


def test_a_secret_that_another_process_made_first_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "note-key"

    def create() -> str:
        path.write_text("PRIVATE+KEY+theirs\n")  # between our look and our making
        path.chmod(0o400)
        return "PRIVATE+KEY+ours\n"

    assert load_or_create_secret(path, create) == "PRIVATE+KEY+theirs"
    assert [each.name for each in tmp_path.iterdir()] == ["note-key"]
