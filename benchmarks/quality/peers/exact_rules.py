"""The exact peer: what a database's own joins find, without a model and without a threshold.

Two records are one person when they have the same identifier or the same e-mail, or the same given
name, family name and birth date; in lower case and without signs, and nothing else is forgiven.

    python -m benchmarks.quality.peers.exact_rules CONTRACT OUT_DIR FILE [FILE...]
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.quality.contract import Source, read_contract
from benchmarks.quality.peers.clusters import Record, connected, write_clusters

NAME_AND_BIRTH = (
    ("given_name", "family_name", "birth_date"),
    ("full_name", "birth_date"),
)


def main() -> None:
    """Link the files of the command line."""
    contract, out, *files = map(Path, sys.argv[1:])
    records: list[Record] = []
    links: list[tuple[int, int]] = []
    first: dict[tuple[str, ...], int] = {}
    for file in files:
        source = read_contract(contract, file.stem)
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                # A record is linked to the first one that has the same value; that is enough.
                links += [
                    (first.setdefault(value, len(records)), len(records))
                    for value in evidence(row, source)
                ]
                records.append((file.stem, row[source.key]))
    write_clusters(out, records, connected(links, len(records)))


def evidence(row: dict[str, str], source: Source) -> Iterator[tuple[str, ...]]:
    """The values of a row that name a person: the rule's name first, then what must be the same."""
    plain = {
        attribute: _plain(" ".join(row[column] for column in columns))
        for attribute, columns in source.columns.items()
    }
    for attribute, value in plain.items():
        if value and (attribute == "emails" or attribute.startswith("identifiers.")):
            yield attribute, value
    for rule in NAME_AND_BIRTH:
        values = [plain.get(attribute, "") for attribute in rule]
        if all(values):
            yield "+".join(rule), *values


def _plain(value: str) -> str:
    return "".join(letter for letter in value.lower() if letter.isalnum())


if __name__ == "__main__":
    main()
