"""The list of feeds: shipped ones, further ones, and names that clash."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from sources.catalog import SHIPPED, load_catalog
from sources.errors import ContractError
from tests.sources.landing import CLUB, write_contract


def test_the_shipped_feeds() -> None:
    catalog = load_catalog()
    assert [source.feed for source in catalog.sources] == ["crm", "social", "store", "web"]
    assert set(catalog.record_mappings) == {
        "crm", "store_member", "store_receipt", "web_user", "web_anonymous", "social",
    }  # fmt: skip
    assert [file.table for _, file in catalog.files] == [
        "crm_contacts", "social_posts", "store_members", "store_receipts", "web_events",
    ]  # fmt: skip


def test_a_source_is_free_of_duplicates_where_its_contract_says_so(tmp_path: Path) -> None:
    assert load_catalog().duplicate_free_sources == ()
    document = copy.deepcopy(CLUB)
    document["files"][0]["records"][0]["duplicate_free"] = True
    write_contract(tmp_path, document)
    assert load_catalog([SHIPPED, tmp_path]).duplicate_free_sources == ("club_member",)


def test_a_further_feed_joins_and_one_of_the_same_name_replaces(tmp_path: Path) -> None:
    write_contract(tmp_path / "one", CLUB)
    write_contract(tmp_path / "two", CLUB | {"about": "A better one."})
    catalog = load_catalog([SHIPPED, tmp_path / "one", tmp_path / "two"])
    assert [source.feed for source in catalog.sources][:2] == ["club", "crm"]
    source, file = catalog.file("club_members")
    assert (source.about, file.table) == ("A better one.", "club_members")


def test_tables_and_record_sources_belong_to_one_feed(tmp_path: Path) -> None:
    other = copy.deepcopy(CLUB) | {"feed": "gym"}
    write_contract(tmp_path, CLUB)
    write_contract(tmp_path, other)
    with pytest.raises(ContractError, match="table 'club_members' is declared twice; rename one"):
        load_catalog([tmp_path])
    other["files"][0]["table"] = "gym_members"
    write_contract(tmp_path, other)
    with pytest.raises(ContractError, match="record source 'club_member' is declared twice"):
        load_catalog([tmp_path])


def test_a_table_without_contract_and_a_folder_without_feeds(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"'nothing'; see 'scv sources list'"):
        load_catalog().file("nothing")
    with pytest.raises(ContractError, match=r"has no <feed>/source.yml; write one"):
        load_catalog([tmp_path])
