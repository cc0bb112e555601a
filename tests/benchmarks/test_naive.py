"""The naive peer reads what real drops hold, links it, and shares no code with the pipeline."""

from __future__ import annotations

import ast
import csv
import gzip
import json
from pathlib import Path

import pytest

from benchmarks import naive

FAMILIES = ("Ashdown", "Birchall", "Cotgrave", "Dunmore", "Eastwick", "Fenwick", "Garside", "Holt")
GIVENS = ("Agnes", "Bruno", "Clara", "Dorian", "Edith", "Felix", "Greta", "Hugo", "Irene", "Jonas")
PERSONS = 160
CONTACT_FIELDS = [
    "contact_id",
    "first_name",
    "last_name",
    "date_of_birth",
    "email",
    "mobile",
    "phone_home",
    "postal_code",
]
MEMBER_FIELDS = ["card_no", "member_name", "phone", "email", "birth_date", "postal_code"]
RECEIPT_FIELDS = ["receipt_id", "loyalty_card_no", "customer_name", "phone", "email_for_receipt"]


def person(number: int) -> dict[str, str]:
    return {
        "given": GIVENS[number % len(GIVENS)],
        "family": FAMILIES[number * 3 // 7 % len(FAMILIES)],
        "birth": f"{1950 + number % 50}-{number % 12 + 1:02}-{number % 27 + 2:02}",
        "email": f"{GIVENS[number % 10]}.{number}@example.org".lower(),
        "phone": f"077{number * 7919 % 100_000_000:08}",
        "postcode": f"AB{number} 1CD",
    }


def write_csv(path: Path, fields: list[str], rows: list[list[str]], broken: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(fields)
        writer.writerows(rows)
        lines.write(broken)


def write_json(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join([*(json.dumps(row) for row in rows), '{"broken": ', "[1]", ""])
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing")
    people = [person(number) for number in range(PERSONS)]
    contacts = [
        [f"C{number}", one["given"], one["family"], one["birth"], one["email"], one["phone"], ""]
        + [one["postcode"]]
        for number, one in enumerate(people)
    ]
    stale = [["C0", "Old", "Name", "", "old@example.org", "", "", ""]]
    write_csv(folder / "crm/dt=2026-01-05/contacts.csv", CONTACT_FIELDS, stale, "C9,too short\r\n")
    write_csv(folder / "crm/dt=2026-01-06/contacts.csv", CONTACT_FIELDS, contacts[:9])
    path = folder / "crm/dt=2026-01-07/contacts.csv"
    write_csv(path, CONTACT_FIELDS, [])
    with path.open("a", encoding="utf-8", newline="") as lines:
        lines.write('C9,"Agnes,Holt,,,,,\r\n')
        csv.writer(lines).writerows(contacts[9:])
    members = [
        [f"M{number}", f"{one['family']}, {one['given']}", "+44" + one["phone"][1:], one["email"]]
        + ["/".join(reversed(one["birth"].split("-"))), one["postcode"]]
        for number, one in enumerate(people[: PERSONS // 2])
    ]
    write_csv(folder / "store/dt=2026-01-05/members.csv", MEMBER_FIELDS, members)
    receipts = [
        ["R0", "", "Agnes Ashdown", people[0]["phone"], people[0]["email"]],
        ["R0", "", "Agnes Ashdown", people[0]["phone"], people[0]["email"]],
        ["R1", "M1", "", "", ""],
        ["R2", "", "", "", ""],
    ]
    write_csv(folder / "store/dt=2026-01-05/receipts.csv", RECEIPT_FIELDS, receipts)
    traits = {"email": people[2]["email"].upper(), "first_name": "Clara"}
    events: list[dict[str, object]] = [
        {"anonymous_id": "ck-1", "user_id": "U1", "traits": traits},
        {"anonymous_id": "ck-2", "user_id": None, "traits": {}},
        {"anonymous_id": "ck-3", "user_id": "U1", "traits": {}},
    ]
    write_json(folder / "web/dt=2026-01-05/events.jsonl.gz", events)
    author = {"handle": "agnes", "display_name": "Agnes A", "linked_email": None}
    write_json(
        folder / "social/dt=2026-01-05/posts.jsonl", [{"network": "x", "author": author}] * 2
    )
    return folder


def test_one_row_per_identity_with_clean_latest_values(landing: Path) -> None:
    rows = naive.read_identities(landing).to_pylist()
    found = {(row["source"], row["key"]): row for row in rows}
    assert len(found) == len(rows) == PERSONS + PERSONS // 2 + 1 + 1 + 3 + 1
    contact, member = found["crm", "C0"], found["store_member", "M0"]
    assert contact["given"] == "agnes"
    shared = ("given", "family", "birth_date", "email", "phone", "postcode")
    assert [contact[name] for name in shared] == [member[name] for name in shared]
    assert ("store_receipt", "R1") not in found
    assert found["web_user", "U1"]["email"] == person(2)["email"]
    assert found["web_anonymous", "ck-3"]["login"] == "U1"
    assert found["social", "x:agnes"]["given"] == "agnes"


def test_link_writes_clusters_that_join_the_same_persons(
    landing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = naive.link(landing, tmp_path / "out")
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["source", "key", "cluster_id"]
    cluster = {(row["source"], row["key"]): row["cluster_id"] for row in rows}
    assert len(cluster) == len(rows) == PERSONS + PERSONS // 2 + 6
    joined = sum(
        cluster["crm", f"C{number}"] == cluster["store_member", f"M{number}"]
        for number in range(PERSONS // 2)
    )
    assert joined == PERSONS // 2
    assert cluster["web_user", "U1"] == cluster["web_anonymous", "ck-1"]
    assert cluster["web_user", "U1"] == cluster["web_anonymous", "ck-3"]
    assert cluster["web_anonymous", "ck-2"] not in {
        found for record, found in cluster.items() if record != ("web_anonymous", "ck-2")
    }
    assert len({cluster["crm", f"C{number}"] for number in range(PERSONS)}) > PERSONS * 0.9
    printed = capsys.readouterr().out
    for step in ("read", "train", "predict", "cluster", "write", "total"):
        assert step in printed


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("+852 528 81204", "52881204"),
        ("5288 1204", "52881204"),
        ("(503) 365-6046", "33656046"),
        ("0000000000", None),
        ("12", None),
        (None, None),
    ],
)
def test_phones_keep_their_last_digits(given: str | None, expected: str | None) -> None:
    assert naive.clean_phone(given) == expected


def test_values_that_too_many_share_are_dropped() -> None:
    rows: list[dict[str, str | None]] = [
        {"phone": "52881204", "email": f"{number}@a.bc"} for number in range(31)
    ]
    rows += [{"phone": "33656046", "email": None}]
    naive.drop_shared_values(rows)
    assert [row["phone"] for row in rows] == [None] * 31 + ["33656046"]
    assert rows[0]["email"] == "0@a.bc"


def test_it_shares_no_code_with_the_pipeline_but_the_evaluation() -> None:
    tree = ast.parse(Path(naive.__file__).read_text(encoding="utf-8"))
    imported = {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    } | {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    own = {"sources", "resolution", "quality", "pipelines", "dagster_project", "profiles", "scv"}
    used = {module for module in imported if module.split(".")[0] in own}
    assert used == {"resolution.evaluation", "scv.evaluation_view"}
