"""Assembled records in the columns of `silver.records`: normalised, identified, versioned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

from sources.assembly import Assembled, assemble
from sources.contract import ATTRIBUTES
from sources.mapping import PHONE_REGIONS
from sources.normalise import addresses, dates, emails, names, phones, placeholders
from sources.normalise.dates import EARLIEST_YEAR
from sources.record import RECORDS, identities

_NAME_PARTS = ("given", "family", "key", "keys", "han", "roots", "suffix", "script")
_NOT_SAID = ("record_id", "origins", "version", "first_seen", "last_seen")
_BETWEEN_COLUMNS, _BETWEEN_VALUES, _NULL = "\x1f", "\x1e", "\x1d"


@dataclass(frozen=True)
class Canon:
    """What turns rows into records, beside the rows: the consents that contracts name, the forms
    of birth dates in order of trust, the key of the ids, the Arrow schema of the table, and
    the earliest year of a birth.
    """

    channels: tuple[str, ...]
    birth_date_formats: tuple[str, ...]
    secret: bytes
    schema: pa.Schema
    earliest_birth: int = EARLIEST_YEAR

    def records(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """`RECORDS` of a batch of rows as `assemble` takes it."""
        return self.of(assemble(batch, self.channels))

    def of(self, assembled: Assembled) -> pa.RecordBatch:
        """`RECORDS` of what rows said."""
        columns = self._normalised(assembled)
        arrays = {
            field.name: columns[field.name].cast(field.type)
            for field in self.schema
            if field.name != "version"
        }
        arrays["version"] = versions(arrays)
        ordered = [arrays[name] for name in self.schema.names]
        return pa.RecordBatch.from_arrays(ordered, schema=self.schema)

    def _normalised(self, assembled: Assembled) -> dict[str, pa.Array]:
        told = assembled.columns
        told |= {name: placeholders.to_null(told[name]) for name in ATTRIBUTES}
        name = names.parsed(told["given_name"], told["family_name"], told["full_name"])
        birth = dates.parsed(
            told["birth_date"], self.birth_date_formats, earliest=self.earliest_birth
        )
        address = addresses.normalised(told["address_line"], told["postcode"], told["country"])
        return told | {
            "record_id": identities(told["source"], told["source_key"], self.secret),
            **{f"name_{part}": name.field(part) for part in _NAME_PARTS},
            "emails": emails.seen(assembled.emails),
            "phones": phones.seen(assembled.phones, told[PHONE_REGIONS], told["country"]),
            "birth_date": birth.field("value"),
            "birth_year": birth.field("year"),
            "gender": pc.ascii_upper(pc.utf8_slice_codeunits(told["gender"], 0, 1)),
            "address_key": address.field("key"),
            "postcode": address.field("postcode"),
            "country": address.field("country"),
        }


def versions(columns: dict[str, pa.Array]) -> pa.Array:
    """Hash of what each record says, not of when and in which file it was said: a row that is
    delivered again changes nothing. 16 hexadecimal digits.
    """
    said = dict(columns)
    for name in ("emails", "phones"):
        said[name] = _of_entries(columns[name], ("value",))
    said["consents"] = _of_entries(columns["consents"], ("channel", "granted"))
    told = [_text(said[name]) for name in RECORDS.columns if name not in _NOT_SAID]
    # A null has a mark of its own: a name that moves to the next column is another record.
    joined = pc.binary_join_element_wise(
        *told, _BETWEEN_COLUMNS, null_handling="replace", null_replacement=_NULL
    )
    return pa.array(
        [blake2b(text.encode(), digest_size=8).hexdigest() for text in joined.to_pylist()],
        pa.string(),
    )


def _of_entries(lists: pa.ListArray, names: Sequence[str]) -> pa.ListArray:
    """Lists of structs as lists of texts of some of their fields."""
    entries = lists.values
    texts = [_text(entries.field(name)) for name in names]
    joined = pc.binary_join_element_wise(*texts, "=")
    return pa.ListArray.from_arrays(lists.offsets, joined)


def _text(values: pa.Array) -> pa.Array:
    if pa.types.is_list(values.type):
        return pc.binary_join(values, _BETWEEN_VALUES)
    return values.cast(pa.string())
