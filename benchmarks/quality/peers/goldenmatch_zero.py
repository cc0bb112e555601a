"""The GoldenMatch peer: no configuration, as the page of its package advises.

    python -m benchmarks.quality.peers.goldenmatch_zero CONTRACT OUT_DIR FILE [FILE...]

Runs in an environment that has `goldenmatch` and not this project. Files of one form are given as
delivered, without the record's id. Files that differ are pasted together as a person would do in a
minute: names, birth dates, sexes, places and identifiers of the contract under the names that they
have in the first file, and the address in one column (in parts, pairs F1 on pseudopeople was 0.07
and not 0.78). All is text: its own reading of dates in several forms ended in an error of types.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import pyarrow as pa

from benchmarks.quality.contract import Source, read_contract
from benchmarks.quality.peers.clusters import Record, write_clusters

Row = dict[str, str | None]
Names = dict[tuple[str, int], str]
ADDRESS = "address_line"
LEFT_OUT = "others."


def main() -> None:
    """Link the files of the command line."""
    # It reuses what an earlier run on a table of this shape settled on; no run here has a past.
    os.environ["GOLDENMATCH_AUTOCONFIG_MEMORY"] = "0"
    import goldenmatch

    contract, out, *files = map(Path, sys.argv[1:])
    tables = [read_rows(file) for file in files]
    differ = len({tuple(rows[0]) for rows in tables}) > 1
    records: list[Record] = []
    given: list[Row] = []
    names: Names = {}
    for file, rows in zip(files, tables, strict=True):
        source = read_contract(contract, file.stem)
        records += [(file.stem, row[source.key]) for row in rows]
        given += [united(row, source, names) if differ else plain(row, source) for row in rows]
    found = goldenmatch.dedupe_df(as_table(given))
    clusters = [f"alone-{place}" for place in range(len(records))]
    for number, cluster in found.clusters.items():
        for place in cluster["members"]:
            clusters[place] = str(number)
    write_clusters(out, records, clusters)


def read_rows(file: Path) -> list[dict[str, str]]:
    """All rows of a CSV file with a header; at least one."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def plain(row: dict[str, str], source: Source) -> Row:
    """A row as delivered, without its key."""
    return {name: value or None for name, value in row.items() if name != source.key}


def united(row: dict[str, str], source: Source, names: Names) -> Row:
    """A row's columns under the names of the first file that has the attribute's part.

    `names` remembers them, by attribute and place in its list; new ones are added to it.
    """
    columns = {
        names.setdefault((attribute, place), column): row[column] or None
        for attribute, listed in source.columns.items()
        for place, column in enumerate(listed)
        if attribute != ADDRESS and not attribute.startswith(LEFT_OUT)
    }
    address = " ".join(row[part] for part in source.columns.get(ADDRESS, []) if row[part])
    return {**columns, "address": address or None}


def as_table(rows: list[Row]) -> pa.Table:
    """Rows of any columns as one table of text; what a row lacks is missing."""
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    )


if __name__ == "__main__":
    main()
