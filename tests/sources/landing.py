"""Small landing folders and contracts, made by hand."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import yaml

from sources.catalog import Catalog
from sources.contract import FileContract, SourceContract
from sources.delivery import Delivery, find_files, inspect_files

DAY = "2026-01-05"

CLUB: dict[str, Any] = {
    "feed": "club",
    "about": "Members of a sports club.",
    "owner": "club-office",
    "phone_regions": ["GB"],
    "files": [
        {
            "table": "club_members",
            "location": "club/dt={day}/members.csv",
            "format": "csv",
            "key": "member",
            "event_time": "changed",
            "columns": {
                "member": {"required": True},
                "name": {},
                "email": {},
                "changed": {"type": "timestamp", "required": True},
                "note": {"source": "Free note"},
            },
            "records": [
                {
                    "source": "club_member",
                    "key": "member",
                    "trust": 50,
                    "attributes": {"full_name": "name"},
                    "emails": ["email"],
                }
            ],
        }
    ],
}
"""A whole contract as a document; tests copy and change it."""


def varied(record: dict[str, Any] | None = None, **file: Any) -> dict[str, Any]:
    """The club's contract with other words about its file, and about what a row of it says."""
    (club_file,) = CLUB["files"]
    (club_record,) = club_file["records"]
    return CLUB | {"files": [club_file | {"records": [club_record | (record or {})]} | file]}


def contract(document: dict[str, Any]) -> SourceContract:
    return SourceContract.model_validate(document)


def only_file(document: dict[str, Any]) -> FileContract:
    return contract(document).files[0]


def deliver(landing: Path, name: str, content: str | bytes) -> Path:
    """Write one delivered file, packed where its name ends in .gz."""
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def write_contract(directory: Path, document: dict[str, Any]) -> Path:
    """`<directory>/<feed>/source.yml`."""
    path = directory / str(document["feed"]) / "source.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return path


def inspect(landing: Path, *documents: dict[str, Any]) -> list[Delivery]:
    """What lies in the landing folder for these contracts."""
    catalog = Catalog(tuple(contract(document) for document in documents))
    return inspect_files(landing, find_files(landing, catalog))
