"""The pages the law wants: a way to report faults is named, or it is said that there is none."""

import json
from pathlib import Path

import pytest

from services.settings import SettingsError, settings
from services.web.page import Page
from services.web.pages.law import ACCESSIBILITY, PERSONAL
from tests.services.web.pages.seen import Read, drawn, shown
from tests.services.web.site import Site

ADDRESS = "mailto:tillganglighet@nacka.se"


@pytest.mark.parametrize("page", [ACCESSIBILITY, PERSONAL])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_whom_to_write_to_is_a_link_or_is_said_to_be_unknown(page: Page, language: str) -> None:
    data = shown(page, [])
    assert data is not None
    without, named = drawn(page, data, language), drawn(page, data | {"contact": ADDRESS}, language)
    assert ADDRESS not in without.links
    assert ADDRESS in named.links
    assert "tillganglighet@nacka.se" in named.text
    assert ("har inte angett" if language == "sv" else "has not yet said") in without.text


def test_the_statement_names_law_standard_faults_and_supervision(audit: Site) -> None:
    read = Read.of(audit("/tillganglighet").text)
    for said in ("delvis förenlig med WCAG 2.1 nivå AA", "EN 301 549", "Kända brister", "Digg", "2018:1937"):
        assert said in read.text
    assert "https://www.digg.se/tdosanmalan" in read.links
    assert json.loads(audit("/tillganglighet.json").body)["contact"] is None


def test_what_is_kept_and_what_can_be_asked_for_is_said(audit: Site) -> None:
    read = Read.of(audit("/en/personuppgifter").text)
    for said in ("pseudonym", "art. 15", "art. 17", "0 of 1 requests", "no cookies"):
        assert said in read.text


def test_the_setting_takes_addresses_and_nothing_else(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/l.db"
    assert settings(store, environment={"LIGGARE_CONTACT": ADDRESS}).contact == ADDRESS
    assert settings(store, environment={}).contact is None
    for wrong in ("javascript:alert(1)", "Nacka kommun", "http://x", 'mailto:a"b c'):
        with pytest.raises(SettingsError, match="LIGGARE_CONTACT"):
            settings(store, environment={"LIGGARE_CONTACT": wrong})
