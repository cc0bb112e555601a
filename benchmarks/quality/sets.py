"""The sets of persons with known truth: where their files come from, and what they are."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.environments import FOLDER, HERE, python_of, requirements

EXPORTERS = "benchmarks.quality.exporters"
TRUTH = "truth.csv"


@dataclass(frozen=True)
class DataSet:
    """One set; `contract` is the name of the file that says what its columns are, `to_reach` what
    `scv link` has to reach on it, empty where nothing was promised.
    """

    name: str
    exporter: str
    contract: str
    says: str
    to_reach: str = ""

    @property
    def folder(self) -> Path:
        return FOLDER / "sets" / self.name

    @property
    def truth(self) -> Path:
        return self.folder / TRUTH

    @property
    def contract_file(self) -> Path:
        return HERE / "contracts" / f"{self.contract}.yml"

    def files(self) -> list[Path]:
        """One file per source, in the order of their names."""
        return sorted(file for file in self.folder.glob("*.csv") if file.name != TRUTH)


REGISTERS = "decennial census, forms W-2 and 1099, and WIC of 2020, of one sample population"
FEBRL_GOAL = "B-cubed F1 at least 0.999"
SETS = {
    one.name: one
    for one in (
        DataSet("febrl1", "febrl", "febrl", "FEBRL 1: one file, each person twice"),
        DataSet("febrl2", "febrl", "febrl", "FEBRL 2: one file, up to five duplicates"),
        DataSet("febrl3", "febrl", "febrl", "FEBRL 3: as FEBRL 2, with more errors", FEBRL_GOAL),
        DataSet(
            "febrl4",
            "febrl",
            "febrl4",
            "FEBRL 4: two files, each with every person once",
            FEBRL_GOAL,
        ),
        DataSet(
            "pseudopeople",
            "pseudopeople_sample",
            "pseudopeople",
            f"pseudopeople: {REGISTERS}, default noise; the tax forms have the SSN",
            "pairs F1 at least 0.985",
        ),
        DataSet(
            "pseudopeople_no_ssn",
            "pseudopeople_sample",
            "pseudopeople_no_ssn",
            "pseudopeople: the same records without the SSN",
            "pairs error (1 - F1) at most half of plain Splink's",
        ),
        DataSet(
            "pseudopeople_noisy",
            "pseudopeople_sample",
            "pseudopeople",
            "pseudopeople: the same registers, each kind of error four times as likely per cell",
        ),
    )
}
"""By name, in the order of the page."""


def prepare(wanted: list[DataSet]) -> None:
    """Export the sets whose exporter or packages changed since they were written."""
    for exporter in dict.fromkeys(one.exporter for one in wanted):
        made = [one for one in SETS.values() if one.exporter == exporter]
        stamp = FOLDER / "sets" / f"{exporter}.sha256"
        digest = _digest(exporter)
        whole = all(one.truth.is_file() for one in made) and stamp.is_file()
        if whole and stamp.read_text(encoding="utf-8") == digest:
            continue
        for one in made:
            shutil.rmtree(one.folder, ignore_errors=True)
        _export(exporter)
        stamp.write_text(digest, encoding="utf-8")


def _export(exporter: str) -> None:
    command = [python_of("data"), "-W", "ignore", "-m", f"{EXPORTERS}.{exporter}"]
    # Standard error is kept for a failure alone: pseudopeople draws progress bars on it.
    run = subprocess.run(
        [*command, str(FOLDER / "sets")], stderr=subprocess.PIPE, text=True, check=False
    )
    if run.returncode:
        sys.exit(f"{EXPORTERS}.{exporter} failed:\n{run.stderr[-2000:]}")


def _digest(exporter: str) -> str:
    inputs = [HERE / "exporters" / f"{name}.py" for name in (exporter, "writing")]
    inputs.append(requirements("data"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in inputs)).hexdigest()
