"""The files as a whole: their places, columns, bytes and counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from generator.feeds import GeneratedFeeds, generate
from generator.settings import GeneratorError, GeneratorSettings
from tests.generator.simple_reader import Feeds, expected_evidence

SMALL = GeneratorSettings(persons=300, days=3, seed=5)
EVENT_FIELDS = [
    "event_id", "occurred_at", "anonymous_id", "device_id", "user_id", "event_type", "page",
    "product_id", "value", "currency", "traits", "context", "consent",
]  # fmt: skip
POST_FIELDS = [
    "post_id", "network", "posted_at", "author", "text", "lang", "mentions_brand", "in_reply_to",
    "engagement",
]  # fmt: skip
AUTHOR_FIELDS = [
    "handle", "display_name", "profile_url", "location", "bio", "followers", "verified",
    "linked_email",
]  # fmt: skip
CONTACT_COLUMNS = [
    "contact_id", "salutation", "first_name", "last_name", "full_name_local", "date_of_birth",
    "gender", "email", "mobile", "phone_home", "address_line1", "city", "region", "postal_code",
    "country", "preferred_language", "marketing_opt_in", "lifecycle_stage", "created_at",
    "updated_at", "is_deleted",
]  # fmt: skip
MEMBER_COLUMNS = [
    "card_no", "member_name", "phone", "email", "birth_date", "postal_code", "joined_on",
    "home_store",
]  # fmt: skip
RECEIPT_COLUMNS = [
    "receipt_id", "store_id", "till_id", "purchased_at", "loyalty_card_no", "customer_name",
    "phone", "email_for_receipt", "sku", "category", "quantity", "unit_price", "discount",
    "tender_type", "is_return",
]  # fmt: skip


def _fingerprints(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    directory = tmp_path_factory.mktemp("small")
    generate(directory, SMALL)
    return _fingerprints(directory)


def test_same_settings_give_the_same_bytes(small: dict[str, str], tmp_path: Path) -> None:
    generate(tmp_path / "again", SMALL)
    assert _fingerprints(tmp_path / "again") == small


def test_rows_in_temporary_files_give_the_same_bytes(small: dict[str, str], tmp_path: Path) -> None:
    generate(tmp_path / "spilled", SMALL, memory_limit=50_000)
    assert _fingerprints(tmp_path / "spilled") == small


def test_another_seed_gives_other_bytes(small: dict[str, str], tmp_path: Path) -> None:
    generate(tmp_path / "other", GeneratorSettings(persons=300, days=3, seed=6))
    other = _fingerprints(tmp_path / "other")
    assert set(other) == set(small)
    assert all(other[name] != small[name] for name in small)


def test_later_drops_are_as_large_as_asked_for(small: dict[str, str], tmp_path: Path) -> None:
    quiet = replace(SMALL, later_share=SMALL.later_share / 10)
    usual = generate(tmp_path / "usual", SMALL)
    rows = generate(tmp_path / "quiet", quiet)

    def later_bytes(made: GeneratedFeeds) -> int:
        files = (made.directory / "landing").rglob("*.*")
        return sum(file.stat().st_size for file in files if "2026-01-05" not in str(file))

    assert later_bytes(rows) < 0.3 * later_bytes(usual)


def test_files_lie_where_the_format_says(small: dict[str, str]) -> None:
    days = ["2026-01-05", "2026-01-06", "2026-01-07"]
    names = ["crm/{}/contacts.csv", "store/{}/members.csv", "store/{}/receipts.csv",
             "web/{}/events.jsonl.gz", "social/{}/posts.jsonl"]  # fmt: skip
    expected = {f"landing/{name.format(f'dt={day}')}" for day in days for name in names}
    assert set(small) == expected | {"truth/identities.csv"}


def test_columns_and_fields_are_those_of_the_format(clean: Feeds) -> None:
    assert clean.contacts.headers == [CONTACT_COLUMNS] * 4
    assert clean.members.headers == [MEMBER_COLUMNS] * 4
    assert clean.receipts.headers == [RECEIPT_COLUMNS] * 4
    assert {tuple(row) for row in clean.events.all_rows()} == {tuple(EVENT_FIELDS)}
    assert {tuple(row) for row in clean.posts.all_rows()} == {tuple(POST_FIELDS)}
    assert {tuple(row["author"]) for row in clean.posts.all_rows()} == {tuple(AUTHOR_FIELDS)}


def test_reported_counts_are_those_of_the_files(noisy_result: GeneratedFeeds, noisy: Feeds) -> None:
    counted = {
        kind: sum(map(len, getattr(noisy, kind).lines))
        for kind in ("contacts", "members", "receipts", "events", "posts")
    }
    assert noisy_result.rows == counted
    assert sum(noisy_result.keys.values()) == len(noisy.truth)
    assert noisy_result.seconds > 0


def test_a_person_has_about_four_identities_and_later_drops_are_small(noisy: Feeds) -> None:
    assert 4.0 <= len(noisy.truth) / 3000 <= 4.5
    for feed in (noisy.contacts, noisy.members, noisy.receipts, noisy.events, noisy.posts):
        first, *later = map(len, feed.lines)
        assert all(0.02 < count / first < 0.12 for count in later)


def test_truth_names_every_key_once_with_the_evidence_of_its_rows(
    noisy: Feeds, clean: Feeds
) -> None:
    for feeds in (noisy, clean):
        said = {(row["source"], row["key"]): row["evidence"] for row in feeds.truth}
        assert len(said) == len(feeds.truth)
        assert said == expected_evidence(feeds)


def test_receipts_with_a_card_or_of_nobody_are_delivered_but_not_in_the_truth(
    clean: Feeds,
) -> None:
    named = {row["key"] for row in clean.truth if row["source"] == "store_receipt"}
    cards = {row["key"] for row in clean.truth if row["source"] == "store_member"}
    rows = clean.receipts.all_rows()
    with_card = [row for row in rows if row["loyalty_card_no"]]
    of_nobody = [row for row in rows if row["receipt_id"] not in named and row not in with_card]
    assert len(with_card) > 1000
    assert {row["loyalty_card_no"] for row in with_card} <= cards
    assert not any(row["receipt_id"] in named for row in with_card)
    assert len(of_nobody) > 500
    assert not any(row["customer_name"] or row["phone"] for row in of_nobody)


def test_a_drop_reports_what_happened_before_its_day(noisy: Feeds) -> None:
    days = ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"]
    for feed, column in (
        (noisy.receipts, "purchased_at"),
        (noisy.events, "occurred_at"),
        (noisy.posts, "posted_at"),
        (noisy.contacts, "updated_at"),
    ):
        for day, rows in zip(days, feed.rows, strict=True):
            assert max(row[column] for row in rows)[:10] <= day


@pytest.mark.parametrize("existing", ["landing", "truth"])
def test_a_directory_with_feeds_is_refused(tmp_path: Path, existing: str) -> None:
    (tmp_path / existing).mkdir()
    with pytest.raises(GeneratorError, match=f"{existing} already exists: choose an empty"):
        generate(tmp_path, SMALL)
    assert [path.name for path in tmp_path.iterdir()] == [existing]


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: GeneratorSettings(persons=0, days=4, seed=1), "persons is 0"),
        (lambda: GeneratorSettings(persons=9_000_000, days=4, seed=1), "persons is 9000000"),
        (lambda: GeneratorSettings(persons=5, days=0, seed=1), "days is 0"),
        (lambda: GeneratorSettings(persons=5, days=4, seed=1, noise=-1), "noise is -1"),
        (lambda: GeneratorSettings(persons=5, days=4, seed=1, chinese=1.5), "chinese is 1.5"),
        (lambda: GeneratorSettings(persons=5, days=4, seed=1, later_share=2), "later_share is 2"),
    ],
)
def test_settings_out_of_range_are_refused(
    make: Callable[[], GeneratorSettings], named: str
) -> None:
    with pytest.raises(GeneratorError, match=named):
        make()


def test_one_person_and_one_day_are_enough(tmp_path: Path) -> None:
    settings = GeneratorSettings(persons=1, days=1, seed=3, first_day=date(2025, 6, 1))
    result = generate(tmp_path, settings)
    assert (tmp_path / "landing" / "web" / "dt=2025-06-01" / "events.jsonl.gz").exists()
    assert sum(result.keys.values()) < 40
