"""Records without their truth, the truth beside them: what every exporter writes.

The scripts of this folder run in an environment that has a data package and not this project, so
they import nothing but each other, pandas and that package.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

TRUTH = "truth.csv"


def write_set(folder: Path, records: dict[str, pd.DataFrame], person: str) -> None:
    """Write one data set.

    Args:
        folder: where `<source>.csv` of each source goes, and `truth.csv` (source, record_id,
            person_id).
        records: rows per source. Columns are written as delivered, all as text.
        person: the column that names the person. It goes into the truth alone.

    The rows are shuffled and numbered anew, because the order of a published file, and an id such
    as FEBRL's rec-12-dup-0, tell who is who. The numbers go on from source to source: with r000001
    in both files, a peer that chooses its columns itself took the id for an identifier.
    """
    folder.mkdir(parents=True, exist_ok=True)
    truths: list[pd.DataFrame] = []
    for source, rows in sorted(records.items()):
        shuffled = rows.sample(frac=1, random_state=len(truths) + 1).reset_index(drop=True)
        first = sum(map(len, truths)) + 1
        ids = [f"r{number:06}" for number in range(first, first + len(shuffled))]
        truths.append(
            pd.DataFrame({"source": source, "record_id": ids, "person_id": shuffled[person]})
        )
        shuffled = shuffled.drop(columns=[person])
        shuffled.insert(0, "record_id", ids)
        shuffled.to_csv(folder / f"{source}.csv", index=False)
    # The truth comes last: a folder that has it is complete.
    pd.concat(truths).to_csv(folder / TRUTH, index=False)
