"""The only list of feeds: the folders that hold a `source.yml`, here and where the user says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from sources.contract import FileContract, RecordMapping, SourceContract
from sources.errors import ContractError

SHIPPED = Path(__file__).parent
CONTRACT_FILE = "source.yml"


@dataclass(frozen=True)
class Catalog:
    """All contracts of a run, in the order of their feeds' names."""

    sources: tuple[SourceContract, ...]

    @property
    def files(self) -> list[tuple[SourceContract, FileContract]]:
        return [(source, file) for source in self.sources for file in source.files]

    def file(self, table: str) -> tuple[SourceContract, FileContract]:
        """The contract of a bronze table; `ContractError` where no feed has it."""
        for source, file in self.files:
            if file.table == table:
                return source, file
        raise ContractError(f"no contract has the table '{table}'; see 'scv sources list'")

    @property
    def record_mappings(self) -> dict[str, RecordMapping]:
        """Mapping by source name (`crm`, `store_member`, ...)."""
        return {mapping.source: mapping for _, file in self.files for mapping in file.records}

    @property
    def duplicate_free_sources(self) -> tuple[str, ...]:
        """Sources whose contract says that they have one record per person, sorted."""
        found = self.record_mappings.values()
        return tuple(sorted(mapping.source for mapping in found if mapping.duplicate_free))


def load_catalog(directories: Iterable[Path] = (SHIPPED,)) -> Catalog:
    """Read every `<directory>/<feed>/source.yml`; a later directory replaces a feed of that name.

    Raises `ContractError` that names file, place and remedy.
    """
    found: dict[str, tuple[Path, SourceContract]] = {}
    for directory in directories:
        paths = sorted(directory.glob(f"*/{CONTRACT_FILE}"))
        if not paths:
            raise ContractError(
                f"{directory} has no <feed>/{CONTRACT_FILE}; write one (docs/add-a-source.md)"
            )
        for path in paths:
            contract = read_contract(path)
            found[contract.feed] = (path, contract)
    catalog = Catalog(tuple(contract for _, contract in (found[feed] for feed in sorted(found))))
    _check_unique(catalog)
    return catalog


def read_contract(path: Path) -> SourceContract:
    """One contract; `ContractError` with each mistake on a line of its own."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: cannot be read as YAML: {error}") from error
    try:
        return SourceContract.model_validate(document)
    except ValidationError as error:
        mistakes = "\n".join(
            f"  {'.'.join(str(part) for part in mistake['loc']) or '(top)'}: {mistake['msg']}"
            for mistake in error.errors()
        )
        raise ContractError(
            f"{path} breaks the contract format (docs/add-a-source.md):\n{mistakes}"
        ) from error


def _check_unique(catalog: Catalog) -> None:
    """Tables and record sources are global names: two feeds can't both own one."""
    for kind, names in (
        ("table", [file.table for _, file in catalog.files]),
        ("record source", [m.source for _, file in catalog.files for m in file.records]),
    ):
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ContractError(f"the {kind} '{repeated[0]}' is declared twice; rename one")
