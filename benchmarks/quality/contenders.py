"""Who links the sets: `scv link` and its peers, each a command that turns files into clusters."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.full_run import tool
from benchmarks.quality.environments import FOLDER, python_of
from benchmarks.quality.scoring import Scores, score_files
from benchmarks.quality.sets import DataSet
from benchmarks.watch import Timing, timed

PEERS = "benchmarks.quality.peers"
CLUSTERS = "clusters.parquet"
Command = Callable[[Path, Path, list[Path]], list[str]]


@dataclass(frozen=True)
class Contender:
    """One way to link; its command takes the contract, the folder to write, and the files."""

    name: str
    title: str
    command: Command


@dataclass(frozen=True)
class Result:
    """What one contender made of one set, as one whole cold process."""

    contender: Contender
    scores: Scores
    timing: Timing


def scv_link(contract: Path, out: Path, files: list[Path]) -> list[str]:
    """The command as anybody would type it; the contract is all that it is told."""
    return [
        tool("scv"),
        "link",
        *map(str, files),
        "--contract",
        str(contract),
        "--out",
        str(out),
    ]


def splink_demo(contract: Path, out: Path, files: list[Path]) -> list[str]:
    """Splink as its demonstrations configure it, in the project's own environment."""
    return _peer(sys.executable, "splink_demo", contract, out, files)


def goldenmatch(contract: Path, out: Path, files: list[Path]) -> list[str]:
    """GoldenMatch without configuration, in its own environment."""
    return _peer(python_of("goldenmatch"), "goldenmatch_zero", contract, out, files)


def exact_rules(contract: Path, out: Path, files: list[Path]) -> list[str]:
    """The same identifier or e-mail, or the same name and birth date."""
    return _peer(sys.executable, "exact_rules", contract, out, files)


CONTENDERS = {
    one.name: one
    for one in (
        Contender("scv_link", "scv link", scv_link),
        Contender("splink", "plain Splink", splink_demo),
        Contender("goldenmatch", "GoldenMatch", goldenmatch),
        Contender("exact", "exact rules", exact_rules),
    )
}
"""By name, in the order of the tables."""


def measure(contender: Contender, data: DataSet) -> Result:
    """Link a set into an empty folder and score what came out."""
    out = FOLDER / "runs" / data.name / contender.name
    shutil.rmtree(out, ignore_errors=True)
    timing = timed(contender.command(data.contract_file, out, data.files()))
    return Result(contender, score_files(out / CLUSTERS, data.truth), timing)


def _peer(python: str, module: str, contract: Path, out: Path, files: list[Path]) -> list[str]:
    return [
        python,
        "-W",
        "ignore",
        "-m",
        f"{PEERS}.{module}",
        str(contract),
        str(out),
        *map(str, files),
    ]
