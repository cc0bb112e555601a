"""The frozen model of a `source.yml`: what a feed promises, and how it becomes records and events.

Attribute mappings are Spark SQL expressions over the file's own columns, so that another
company's export with other column names is a changed YAML and no code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sources.date_formats import format_pattern
from sources.normalise.dates import check_formats
from sources.normalise.numbering import plan

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""Names of feeds, file kinds, columns and sources: they become table and column names."""

NAME_ATTRIBUTES = ("given_name", "family_name", "full_name")
ADDRESS_ATTRIBUTES = ("address_line", "city", "region", "postcode", "country")
PLAIN_ATTRIBUTES = ("birth_date", "gender", "language", "lifecycle_stage", "handle")
ATTRIBUTES = NAME_ATTRIBUTES + ADDRESS_ATTRIBUTES + PLAIN_ATTRIBUTES
"""The canonical attributes that a mapping may fill, beside e-mails, phones and consents."""

CONSENT_CHANNELS = ("marketing", "analytics")
"""What customers may be asked; each is a column of golden.customers."""


class Model(BaseModel):
    """Every part of a contract is frozen and refuses keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnContract(Model):
    """One column of a delivered file.

    `path` is where a JSON line holds it ("author.handle"), `source` what a CSV header calls it;
    both default to the column's own name. A required column's value must be there and readable,
    otherwise the row is quarantined; an optional one that can't be read becomes null.
    """

    type: Literal["string", "integer", "decimal", "timestamp", "date", "boolean"] = "string"
    source: str | None = None
    path: str | None = None
    required: bool = False
    formats: tuple[str, ...] = ()
    personal: bool = False
    about: str = ""

    @model_validator(mode="after")
    def _formats_can_be_checked(self) -> ColumnContract:
        for format_ in self.formats:
            format_pattern(format_)
        return self


class Bound(Model):
    """A floor or a ceiling, and the reason for it: nobody dares to change a number without one.

    `critical` bounds stop the publication, others warn.
    """

    metric: Literal["rows", "quarantined_share", "redelivered_share", "readable_share"]
    minimum: float | None = None
    maximum: float | None = None
    column: str | None = None
    critical: bool = False
    because: str

    @model_validator(mode="after")
    def _needs_a_limit(self) -> Bound:
        if self.minimum is None and self.maximum is None:
            raise ValueError("a bound needs 'minimum' or 'maximum'")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("'minimum' is above 'maximum'; no drop could meet both")
        if (self.metric == "readable_share") != (self.column is not None):
            raise ValueError("'column' goes with the metric readable_share, and only with it")
        return self


def as_list(value: object) -> object:
    """One text as a list of one."""
    return [value] if isinstance(value, str) else value


Expressions = Annotated[tuple[str, ...], BeforeValidator(as_list)]


def _known_time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"there is no time zone '{value}'; write one such as Europe/London"
        ) from error
    return value


TimeZone = Annotated[str, AfterValidator(_known_time_zone)]


def known_regions(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes; `ValueError` names those without a plan of telephone numbers."""
    unknown = [code for code in codes if plan(code) is None]
    if unknown:
        raise ValueError(
            f"there are no telephone regions {unknown}; write ISO codes of countries such as GB"
        )
    return codes


class RecordMapping(Model):
    """How rows of a file become records of one source.

    `state` says what a record's state is when several rows speak of it: `replace` = the latest
    row alone (a value missing there is gone), `accumulate` = per attribute the latest row that
    has one. E-mails and phones remember earlier values either way. `duplicate_free` says that the
    source has one record per person, so that two of them are two persons.
    """

    source: Identifier
    key: str
    when: str = "true"
    state: Literal["replace", "accumulate"] = "replace"
    trust: int = Field(ge=0, le=100)
    duplicate_free: bool = False
    deleted: str = "false"
    attributes: dict[str, str] = {}
    birth_date_formats: tuple[str, ...] = ("yyyy-MM-dd",)
    emails: Expressions = ()
    phones: Expressions = ()
    consents: dict[Identifier, str] = {}

    @model_validator(mode="after")
    def _knows_its_attributes(self) -> RecordMapping:
        _refuse_unknown("attributes", self.attributes, ATTRIBUTES)
        # A consent that no golden column holds would be lost.
        _refuse_unknown("consents", self.consents, CONSENT_CHANNELS)
        check_formats(self.birth_date_formats)
        return self


def _refuse_unknown(what: str, named: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(named) - set(known))
    if unknown:
        raise ValueError(f"unknown {what} {unknown}; known are {sorted(known)}")


class LinkMapping(Model):
    """A certain link that a row states, such as a log-in on a cookie."""

    kind: Identifier
    left: Identifier
    left_key: str
    right: Identifier
    right_key: str
    when: str = "true"


class EventMapping(Model):
    """How rows become events; `record` lists the sources that may own one, the first that has
    a key wins, and an event without an owner stays anonymous.
    """

    kind: str
    key: str
    when: str = "true"
    occurred_at: str
    record: tuple[tuple[Identifier, str], ...]
    amount: str = "null"
    currency: str = "null"
    attributes: dict[Identifier, str] = {}


class FileContract(Model):
    """One kind of file of a feed.

    `location` holds `{day}` for the batch day and may hold `*`; it is relative to the landing
    folder. `delivery: snapshot` means that absence from the newest day is a delete, and
    `minimum_share_of_last` the floor that stops a half-delivered snapshot.
    """

    table: Identifier
    location: str
    format: Literal["csv", "jsonl"]
    encoding: Literal["utf-8"] = "utf-8"
    delivery: Literal["delta", "snapshot"] = "delta"
    minimum_share_of_last: float = Field(default=0.5, ge=0, le=1)
    time_zone: TimeZone = "UTC"
    key: Identifier
    event_time: str | None = None
    columns: dict[Identifier, ColumnContract]
    bounds: tuple[Bound, ...] = ()
    records: tuple[RecordMapping, ...] = ()
    links: tuple[LinkMapping, ...] = ()
    events: tuple[EventMapping, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> FileContract:
        if "{day}" not in self.location:
            raise ValueError("'location' must hold {day}, the batch day")
        for name in (self.key, self.event_time):
            if name is not None and name not in self.columns:
                raise ValueError(f"column '{name}' is used as key or event time but not declared")
        for bound in self.bounds:
            if bound.column is not None and bound.column not in self.columns:
                raise ValueError(
                    f"a bound names the column '{bound.column}', which is not declared"
                )
        self._refuse_paths_within_paths()
        if not self.columns[self.key].required:
            raise ValueError(f"the key column '{self.key}' must be 'required: true'")
        return self

    def _refuse_paths_within_paths(self) -> None:
        """A JSON key is a value or an object that holds values, not both."""
        paths = {name: f"{column.path or name}." for name, column in self.columns.items()}
        for name, path in paths.items():
            for other, longer in paths.items():
                if path != longer and longer.startswith(path):
                    raise ValueError(f"column '{name}' is at the path that holds column '{other}'")

    @property
    def required_columns(self) -> list[str]:
        return [name for name, column in self.columns.items() if column.required]

    def header_name(self, name: str) -> str:
        """What the file itself calls the column `name`."""
        return self.columns[name].source or name

    def day_pattern(self) -> re.Pattern[str]:
        """Matches a path relative to the landing folder, with the group `day`."""
        parts = re.split(r"(\{day\}|\*)", self.location)
        replaced = {"{day}": r"(?P<day>\d{4}-\d{2}-\d{2})", "*": r"[^/]*"}
        return re.compile("".join(replaced.get(part, re.escape(part)) for part in parts) + r"\Z")


class SourceContract(Model):
    """A feed: who owns it, where its phones are likely from, and its kinds of files."""

    feed: Identifier
    about: str
    owner: str
    phone_regions: Annotated[tuple[str, ...], AfterValidator(known_regions)]
    files: tuple[FileContract, ...]

    @model_validator(mode="after")
    def _has_each_table_once(self) -> SourceContract:
        tables = [file.table for file in self.files]
        if len(set(tables)) != len(tables):
            raise ValueError("two files of one feed have the same table")
        return self
