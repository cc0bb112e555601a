"""Files that no contract takes."""

from __future__ import annotations

from pathlib import Path

from pipelines.strays import untaken_files
from tests.pipelines.runs import configure
from tests.sources.landing import CLUB


def test_what_no_contract_takes_is_found_wherever_it_lies(tmp_path: Path) -> None:
    config = configure(tmp_path, CLUB)
    location = str(CLUB["files"][0]["location"]).replace("{day}", "2026-01-05")
    for name in (location, "notes.txt", "deep/er/members.csv"):
        (config.landing / name).parent.mkdir(parents=True, exist_ok=True)
        (config.landing / name).touch()
    found = [
        path.relative_to(config.landing) for path in untaken_files(config.landing, config.catalog())
    ]
    assert found == [Path("deep/er/members.csv"), Path("notes.txt")]
