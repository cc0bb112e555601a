"""From rows that speak of records to the state of each: one entry per source identity.

What a record is depends on the set of rows alone. Rows are ordered by event time, then batch
day, then content, so a late or repeated file changes nothing that it should not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sources.batches import Numbers, Truths, begins, offsets, parents, take, valid
from sources.contract import ADDRESS_ATTRIBUTES, NAME_ATTRIBUTES, PLAIN_ATTRIBUTES
from sources.mapping import CONSENT, DELETED, NEWEST_DAY, OBSERVED_AT, PHONE_REGIONS, REPLACES
from sources.normalise.seen import SeenRows
from sources.reading import BATCH_DAY, FILE, LINE

GROUPS: dict[str, tuple[str, ...]] = {
    "name": NAME_ATTRIBUTES,
    "address": ADDRESS_ATTRIBUTES,
    **{name: (name,) for name in PLAIN_ATTRIBUTES},
}
"""Attributes that come from one row together: half of an old address and half of a new one
would be nobody's."""

KEY = ("source", "source_key")
_ORIGIN_PARTS = ("file", "line", "observed_at")
_NO_DAY = np.iinfo(np.int32).min


@dataclass(frozen=True)
class Assembled:
    """Records in the order of their rows: arrays by name, attributes as delivered, and all
    e-mails and phones that their rows hold.
    """

    columns: dict[str, pa.Array]
    emails: SeenRows
    phones: SeenRows


def assemble(batch: pa.RecordBatch, channels: Sequence[str]) -> Assembled:
    """The records of a batch of `mapping.record_rows`, of any number of sources, in which the rows
    of a record lie one after another in the order of `mapping.ORDER`; `channels` are the consents
    among its columns.

    In Arrow, because twenty aggregates over structs a record took Spark 22 s of processor time for
    212 thousand records, and this takes 2.
    """
    rows = _Rows(batch)
    columns = {name: batch[name].take(pa.array(rows.first)) for name in (*KEY, PHONE_REGIONS)}
    replaces = valid_and_true(batch[REPLACES])
    deletion = take(batch[DELETED], rows.latest(replaces))
    columns |= {
        "first_seen": batch[OBSERVED_AT].take(pa.array(rows.first)),
        "last_seen": batch[OBSERVED_AT].take(pa.array(rows.last)),
        "deleted": pa.array(valid_and_true(deletion) | rows.absent()),
        "consents": rows.consents(channels),
    }
    latest: dict[str, Numbers] = {}
    for group, members in GROUPS.items():
        filled = np.any([valid(batch[name]) for name in members], axis=0)
        latest[group] = rows.latest(replaces | filled)
        columns |= {name: take(batch[name], latest[group]) for name in members}
    columns["origins"] = rows.origins(latest, columns)
    return Assembled(columns, rows.seen("emails"), rows.seen("phones"))


def valid_and_true(values: pa.Array) -> Truths:
    """Booleans with null as false."""
    truths: Truths = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return truths


@dataclass(frozen=True)
class _Rows:
    """A batch whose rows are sorted by record and, within a record, by time."""

    batch: pa.RecordBatch

    @cached_property
    def first(self) -> Numbers:
        """The place of each record's earliest row."""
        return np.flatnonzero(begins(self.batch, KEY))

    @cached_property
    def last(self) -> Numbers:
        return np.append(self.first[1:], self.batch.num_rows) - 1

    def latest(self, meets: Truths) -> Numbers:
        """The place of each record's latest row that meets a condition; -1 where none does."""
        places = np.where(meets, np.arange(len(meets)), -1)
        return np.maximum.reduceat(places, self.first)

    def absent(self) -> Truths:
        """Whether a snapshot feed's newest day no longer has the record."""
        newest, own = (
            np.maximum.reduceat(_days(self.batch[name]), self.first)
            for name in (NEWEST_DAY, BATCH_DAY)
        )
        return np.asarray(own < newest)

    def consents(self, channels: Sequence[str]) -> pa.ListArray:
        """array<struct<channel, granted, observed_at, file, line>> of the answered channels."""
        latest = np.stack(
            [self.latest(valid(self.batch[f"{CONSENT}{channel}"])) for channel in channels]
            or [np.empty(len(self.first), np.int64)],
            axis=1,
        )
        answered = latest >= 0 if channels else np.zeros_like(latest, np.bool_)
        records, asked = np.nonzero(answered)
        places = latest[records, asked]
        answers = np.full(len(places), False)
        for number, channel in enumerate(channels):
            mine = asked == number
            answers[mine] = valid_and_true(self.batch[f"{CONSENT}{channel}"])[places[mine]]
        entries = {
            "channel": pa.array(list(channels), pa.string()).take(pa.array(asked)),
            "granted": pa.array(answers),
            **self._place(places),
        }
        structs = pa.StructArray.from_arrays(list(entries.values()), list(entries))
        return pa.ListArray.from_arrays(offsets(answered.sum(axis=1)), structs)

    def origins(self, latest: dict[str, Numbers], values: dict[str, pa.Array]) -> pa.MapArray:
        """Where each attribute group's value came from; only groups that have one."""
        filled = np.stack(
            [np.any([valid(values[name]) for name in GROUPS[group]], axis=0) for group in latest],
            axis=1,
        )
        records, groups = np.nonzero(filled)
        place = self._place(np.stack(list(latest.values()), axis=1)[records, groups])
        origin = pa.StructArray.from_arrays(
            [place[name] for name in _ORIGIN_PARTS], list(_ORIGIN_PARTS)
        )
        names = pa.array(list(latest), pa.string()).take(pa.array(groups))
        return pa.MapArray.from_arrays(offsets(filled.sum(axis=1)), names, origin)

    def _place(self, places: Numbers) -> dict[str, pa.Array]:
        """When and where the rows at these places were delivered."""
        rows = pa.array(places)
        return {
            "observed_at": self.batch[OBSERVED_AT].take(rows),
            "file": self.batch[FILE].take(rows),
            "line": self.batch[LINE].take(rows),
        }

    def seen(self, name: str) -> SeenRows:
        """The texts of a list column with when and where each was seen."""
        lists = self.batch[name]
        counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy().astype(np.int64)
        place = self._place(parents(lists))
        return SeenRows(
            counts=np.add.reduceat(counts, self.first).tolist(),
            texts=lists.flatten().to_pylist(),
            at=place["observed_at"],
            file=place["file"],
            line=place["line"],
        )


def _days(values: pa.Array) -> Numbers:
    """Days since 1970; far below all of them where null."""
    return np.asarray(pc.fill_null(values.cast(pa.int32()), _NO_DAY).to_numpy(), np.int64)
