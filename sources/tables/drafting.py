"""A contract proposed from a table's columns: by their names, and by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from sources.tables.birth_formats import birth_formats

LOOKED_AT = 20_000
"""Rows from which a column is judged."""

_ABOUT_OTHERS = re.compile(
    r"(^|_)(employer|spouse|mother|father|parent|guardian|"
    r"emergency|agent|owner|bank|school|store|shop|product)(_|$)"
)
_ANSWERS = re.compile(
    r"^(cluster|entity|person|people|individual|simulant|truth|true|label|match|golden|ground_truth)"
    r"(_?(id|key|no|num|number|label))?$"
)
_KEYS = re.compile(
    r"^(id|key|uid|uuid|guid|(record|rec|row|unique|source|customer|"
    r"voter|reg|voter_reg)_?(id|key|num|no|number)|ncid)$"
)
_WHERE = re.compile(
    r"^(mailing|mail|residential|residence|res|home|current|permanent|postal)_(address_)?(?=.)"
)

_NAMES: tuple[tuple[str, str], ...] = (
    (
        "given_name",
        r"(first|fst|given|fore)_?(name|nm)?s?|f_?name|g_?name|name_?(first|frst|given)",
    ),
    ("middle", r"(middle|mid|midl|second)_?(name|nm|initial|init)?|m_?name|mi|name_?middle"),
    ("family_name", r"(last|family|sur)_?(name|nm)?|l_?name|s_?name|name_?(last|family)"),
    ("suffix", r"((name|nm)_)?(suffix|sufx|generation)(_cd|_code|_lbl)?"),
    (
        "full_name",
        (
            r"((full|complete|whole|person|display|voter|customer|contact|client|member|legal|"
            r"business|company|entity|organi[sz]ation|org|trade)_?)?name(_full)?"
        ),
    ),
    ("birth_year", r"(birth_?(year|yr)|year_?(of_?)?birth|yob|b_?year|born_?year)"),
    ("birth_month", r"(birth_?(month|mo)|month_?(of_?)?birth|b_?month)"),
    ("birth_day", r"(birth_?day_of_month|day_?(of_?)?birth|b_?day|dob_day)"),
    ("birth_date", r"(dob|date_?(of_?)?birth|birth(_?date|_?day|_?dt)?|b_?date|born)(_?\d)?"),
    ("gender", r"(sex|gender)(_(code|cd))?"),
    ("emails", r"(e_?mails?)(_?(address|addr|id))?(_?\d)?|mail_address"),
    (
        "phones",
        r"((home|cell|work|mobile|full|primary|day|evening)_?)?(tele?|cell|mobile|contact)?_?(phone|telephone|mobile|tel|cell)s?(_?(number|num|no|home|work|cell|mobile|private|business|day|evening))?(_?\d)?",
    ),
    ("postcode", r"(post_?code|postal_?(code)?|zip(_?code)?|zip_?5|plz|post_?code_fake)"),
    (
        "city",
        (
            r"(city|town|suburb|municipality|locality|village|parish|residence|"
            r"place(_of_residence)?)(_(name|desc))?"
        ),
    ),
    ("region", r"(state|province|region|county)(_(cd|code|name|desc|abbrv?))?"),
    ("country", r"country(_(code|cd))?"),
    (
        "address_line",
        r"(street|st|house|address(es)?|addr|unit|apt|apartment|flat|po_box)(_?(line|number|num|no|name|address|addr|type|direction))?(_?\d)?|street_address(_?\d)?",
    ),
    ("handle", r"(handle|user_?name|screen_?name|login)"),
)
_IDENTIFIERS = re.compile(
    r"(ssn|soc(ial)?_?sec(urity)?(_?(id|no|num|number|nbr))?|national_?(id|insurance)(_?(no|number))?|"
    r"passport(_?(no|num|number))?|nino|nhs(_?(no|number))?|tax_?(id|payer_?id)|tin|"
    r"driver'?s?_?(licen[cs]e|lic)(_?(no|num|number))?|hkid|id_?card(_?(no|number))?|aadhaar|bsn|"
    r"personnummer|loyalty_?(card|no|number))"
)
_OTHERS = re.compile(
    r"(birth_?place|place_?(of_?)?birth|pob|birth_?(city|state|country|county)|occupation|profession|"
    r"job_?title|nationality|citizenship|countries|bpl(str)?|ethnic(ity)?(_code)?|race(_(code|ethnicity))?|religion|"
    r"mother'?s?_?(maiden_?)?name|maiden_?name|party(_cd)?)"
)
_PATTERNS = tuple((attribute, re.compile(pattern)) for attribute, pattern in _NAMES)


@dataclass
class Draft:
    """What is proposed for one table. `said` gives, per column, what it is taken for or why it is
    left out.
    """

    key: str | None = None
    columns: dict[str, list[str]] = field(default_factory=dict)
    identifiers: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    birth_date_formats: tuple[str, ...] = ()
    said: dict[str, str] = field(default_factory=dict)


def draft(rows: pa.Table) -> Draft:
    """A proposal for a table of texts (see `reading.read_table`); nothing of its values is kept."""
    found = Draft()
    found.key = _key(rows)
    looked_at = rows.slice(0, LOOKED_AT)
    for column in rows.column_names:
        values = looked_at[column].drop_null()
        _place(found, column, values, len(values) / max(looked_at.num_rows, 1))
    if found.key is not None:
        found.said[found.key] = "names the record"
    _in_reading_order(found, rows.column_names)
    dates = found.columns.get("birth_date", [])
    if len(dates) == 1:
        found.birth_date_formats = birth_formats(looked_at[dates[0]].drop_null().to_pylist())
    return found


def _key(rows: pa.Table) -> str | None:
    """The first column that names every row, by its name or as the table's first."""
    unique: list[str] = [
        name
        for name in rows.column_names
        if not rows[name].null_count
        and rows.num_rows
        and pc.count_distinct(rows[name]).as_py() == rows.num_rows
    ]
    named = [name for name in unique if _KEYS.match(plain_name(name))]
    if named:
        return named[0]
    first = str(rows.column_names[0])
    like_a_key = re.search(r"(^|_)(id|key|no|num|number)$", plain_name(first))
    patterns = (_IDENTIFIERS, *(pattern for _, pattern in _PATTERNS))
    known = any(pattern.fullmatch(plain_name(first)) for pattern in patterns)
    return first if first in unique and like_a_key and not known else None


def plain_name(column: str) -> str:
    """A column's name in small letters with underscores: `DateOfBirth` is `date_of_birth`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.strip())
    return re.sub(r"[^a-z0-9']+", "_", parted.lower()).strip("_")


def _place(found: Draft, column: str, values: pa.ChunkedArray, filled: float) -> None:
    """Put one column where it belongs."""
    name = plain_name(column)
    short = _WHERE.sub("", name)
    if column == found.key:
        return
    if not len(values):
        found.said[column] = "left out: empty"
    elif _ANSWERS.match(name):
        found.said[column] = "left out: it may hold the answer"
    elif _ABOUT_OTHERS.search(name) and not _OTHERS.fullmatch(name):
        found.said[column] = "left out: it seems to be of somebody else"
    elif _IDENTIFIERS.fullmatch(name):
        found.identifiers[name] = column
        found.said[column] = f"identifier, {filled:.0%} filled"
    elif _OTHERS.fullmatch(name):
        found.others[re.sub(r"[^a-z0-9_]", "", name)] = column
        found.said[column] = f"compared as it is, {filled:.0%} filled"
    elif attribute := next(_attributes(name, short, values), None):
        found.columns.setdefault(attribute, []).append(column)
        found.said[column] = f"{attribute}, {filled:.0%} filled"
    else:
        found.said[column] = "left out: nothing that tells a person"


def _attributes(name: str, short: str, values: pa.ChunkedArray) -> Iterator[str]:
    """What a column may be, the likeliest first."""
    for attribute, pattern in _PATTERNS:
        if pattern.fullmatch(name) or pattern.fullmatch(short):
            if attribute == "country" and not _all_codes(values):
                continue
            yield attribute
    if _share(values, r"^[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}$") > 0.5:
        yield "emails"


def _all_codes(values: pa.ChunkedArray) -> bool:
    return _share(values, "^[A-Za-z]{2}$") > 0.95


def _share(values: pa.ChunkedArray, pattern: str) -> float:
    matches = pc.match_substring_regex(values, pattern)
    return float(pc.mean(matches.cast(pa.int8())).as_py() or 0)


_SINGLE = ("birth_date", "gender", "city", "region", "postcode", "country", "handle", "full_name")
"""Attributes that one column holds."""


def _in_reading_order(found: Draft, order: Sequence[str]) -> None:
    """Join parts that belong together, and take the first of what there may be one of."""
    columns = found.columns
    for part, whole in (("middle", "given_name"), ("suffix", "family_name")):
        if part in columns:
            columns.setdefault(whole, []).extend(columns.pop(part))
    if columns.get("given_name") and columns.get("family_name"):
        for name in columns.pop("full_name", []):
            found.said[name] = "left out: given and family name are there"
    for single in _SINGLE:
        for name in columns.get(single, [])[1:]:
            found.said[name] = f"left out: another {single} comes first"
        if single in columns:
            columns[single] = columns[single][:1]
    _join_birth(columns)
    _one_address(found, order)


def _join_birth(columns: dict[str, list[str]]) -> None:
    """Year, month and day make a date where there is none."""
    year, month, day = (columns.pop(f"birth_{part}", []) for part in ("year", "month", "day"))
    if "birth_date" not in columns and year and month and day:
        columns["birth_date"] = [year[0], month[0], day[0]]
    if year:
        columns["birth_year"] = year[:1]


def _one_address(found: Draft, order: Sequence[str]) -> None:
    """The parts of the first address, in the order of the table."""
    lines = sorted(found.columns.get("address_line", []), key=list(order).index)
    for name in lines:
        if _prefix(name) != _prefix(lines[0]):
            found.said[name] = "left out: another address comes first"
    if lines:
        where = _prefix(lines[0])
        found.columns["address_line"] = [name for name in lines if _prefix(name) == where]


def _prefix(column: str) -> str:
    found = _WHERE.match(plain_name(column))
    return found[1] if found else ""
