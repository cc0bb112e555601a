"""What the columns of tables of persons are, in YAML; `scv link --draft` proposes one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from sources.contract import as_list, known_regions
from sources.errors import ContractError
from sources.normalise.dates import check_formats

EVERY_OTHER = "*"
"""Stands for each file that is not named."""

Column = Annotated[tuple[str, ...], BeforeValidator(as_list)]
"""A column, or several whose values are joined."""

Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Strict):
    """Canonical attributes and the columns that hold them.

    `identifiers` are numbers that one person has and no other (an insurance number), `others` any
    other text that is worth comparing (a place of birth); each under a name of its own.
    """

    given_name: Column = ()
    family_name: Column = ()
    full_name: Column = ()
    birth_date: Column = ()
    birth_year: Column = ()
    gender: Column = ()
    address_line: Column = ()
    city: Column = ()
    region: Column = ()
    postcode: Column = ()
    country: Column = ()
    handle: Column = ()
    emails: Column = ()
    phones: Column = ()
    identifiers: dict[Kind, Column] = {}
    others: dict[Kind, Column] = {}

    def used(self) -> list[str]:
        """Every column that is named, in order."""
        plain = [
            column
            for name in type(self).model_fields
            if name not in ("identifiers", "others")
            for column in getattr(self, name)
        ]
        grouped = [*self.identifiers.values(), *self.others.values()]
        return [*plain, *(column for columns in grouped for column in columns)]


def _readable(formats: tuple[str, ...]) -> tuple[str, ...]:
    check_formats(formats)
    return formats


class TableContract(_Strict):
    """One file. `source` is the name under which its records come out, the file's stem unless it
    is given; `key` the column that names a record, its row number unless it is given;
    `duplicate_free` says that no person has two rows.
    """

    source: str | None = None
    key: str | None = None
    duplicate_free: bool = False
    phone_regions: Annotated[tuple[str, ...], AfterValidator(known_regions)] = ("US",)
    birth_date_formats: Annotated[tuple[str, ...], AfterValidator(_readable)] = ()
    columns: Columns

    @model_validator(mode="after")
    def _compares_something(self) -> TableContract:
        if not self.columns.used():
            raise ValueError("'columns' names no column: there is nothing to compare")
        return self


class TablesContract(_Strict):
    """Files by their stem; `*` stands for every other one."""

    sources: dict[str, TableContract]

    def of(self, path: Path) -> TableContract:
        """The contract of a file; `ContractError` where there is none."""
        found = self.sources.get(path.stem) or self.sources.get(EVERY_OTHER)
        if found is None:
            raise ContractError(
                f"the contract says nothing of '{path.stem}'; it knows {sorted(self.sources)}."
                f" Add it under 'sources', or '{EVERY_OTHER}' for every other file"
            )
        return found


def read_tables_contract(path: Path) -> TablesContract:
    """The contract at `path`; `ContractError` says what to change."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ContractError(
            f"there is no contract at {path}; make one: scv link --draft FILE --contract {path}"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        place = getattr(error, "problem_mark", None)
        line = f", line {place.line + 1}" if place is not None else ""
        raise ContractError(f"{path}{line}: cannot be read as YAML; mend it there") from error
    try:
        return TablesContract.model_validate(document)
    except ValidationError as error:
        raise ContractError(f"{path}: {'; '.join(_problems(error))}") from error


def _problems(error: ValidationError) -> Iterable[str]:
    for each in error.errors(include_input=False, include_url=False):
        place = ".".join(str(part) for part in each["loc"])
        yield f"{place}: {each['msg'].removeprefix('Value error, ')}"
