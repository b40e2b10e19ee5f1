"""A bundle that the product exported is verified without the product: what holds is said, what does not is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.audit.offline.bundle import Wanted, verify_bundle
from services.audit.offline.main import main, opened_source
from services.audit.offline.tree import Part
from services.audit.report import Report
from services.export.bundle import export
from tests.services.audit.town import Town


def verified(place: Path, wanted: Wanted | None = None) -> Report:
    source = opened_source(str(place))
    try:
        return verify_bundle(source, wanted or Wanted())
    finally:
        source.close()


def test_a_bundle_is_verified_and_what_was_not_checked_stands_last(
    exported: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([str(exported)]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[0].startswith("VERIFIED kommun.example/liggare: 680 events, signed up to 680, root ")
    assert "  commitments opened: 80" in lines
    assert "  entries: 680" in lines
    assert "  older checkpoints: 2" in lines
    assert lines[-1].startswith("  that this is the key of kommun.example/liggare: it came with the bundle.")


def test_a_zip_file_is_verified_as_the_folder_is(untouched: Town, exported: Path, tmp_path: Path) -> None:
    export(untouched.settings, tmp_path / "bundle.zip")
    of_zip, of_folder = verified(tmp_path / "bundle.zip").to_json(), verified(exported).to_json()
    assert of_zip == of_folder
    assert of_zip["exit_code"] == 0


def test_the_key_brought_by_the_auditor_leaves_no_doubt_about_it(
    exported: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    key = exported / "log.vkey"
    for given in (str(key), key.read_text().strip()):
        assert main([str(exported), "--vkey", given, "--json"]) == 0
        said = json.loads(capfdbinary.readouterr().out)
        assert not any("came with the bundle. Compare" in each for each in said["not_checked"])


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_parts_are_verified_one_by_one(exported: Path, parts: int) -> None:
    reports = [verified(exported, Wanted(part=Part(number, parts))) for number in range(1, parts + 1)]
    assert [report.findings for report in reports] == [[]] * parts
    assert sum(report.counts["entries"] for report in reports) == 680
    assert sum(report.counts.get("commitments opened", 0) for report in reports) == 80
    if parts > 1:
        assert reports[0].verdict.startswith(f"VERIFIED part 1 of {parts} of kommun.example/liggare")
