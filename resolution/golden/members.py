"""Records of whole customers as Arrow columns, and what they say of each attribute."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from resolution.golden.survivorship import GRANTED, REFUSED, Candidates, Rule
from sources.batches import Numbers, Truths, begins, parents, take
from sources.contract import CONSENT_CHANNELS

CONTACTS = {"email": "emails", "phone": "phones"}
"""Attributes that records hold as arrays, the latest value first."""

CONSENTS = {f"consent_{channel}": channel for channel in CONSENT_CHANNELS}
"""Attributes that are answers, by the name of their column."""

_ORIGIN = ("observed_at", "file", "line")


@dataclass(frozen=True)
class Statements:
    """What records say of one attribute: one entry per record that says anything.

    `rows` are the records' places; `values` has an array for each part of a unit, one otherwise;
    `origin` has observed_at, file and line, null where the delivered row is not known.
    """

    rows: Numbers
    values: tuple[pa.Array, ...]
    origin: dict[str, pa.Array]

    def take(self, places: Numbers) -> Statements:
        """Some of the statements."""
        at = pa.array(places)
        return Statements(
            rows=self.rows[places],
            values=tuple(values.take(at) for values in self.values),
            origin={name: values.take(at) for name, values in self.origin.items()},
        )


@dataclass(frozen=True)
class Survivor:
    """The winning statements of one attribute: one entry per customer that has any, in their order,
    how many other values each won against, and whether a steward pinned it.
    """

    customer: Numbers
    statements: Statements
    losers: Numbers
    pinned: Truths


@dataclass(frozen=True)
class Members:
    """A batch of whole customers: the columns of `members`, in order of customer and record."""

    batch: pa.RecordBatch

    @cached_property
    def customer(self) -> Numbers:
        """The number of each record's customer, from 0 on in order of rows."""
        return np.cumsum(self._begins) - 1

    @cached_property
    def customer_ids(self) -> pa.Array:
        """By number."""
        return self.batch["customer_id"].take(pa.array(np.flatnonzero(self._begins)))

    @cached_property
    def _begins(self) -> Truths:
        return begins(self.batch, ("customer_id",))

    def statements(self, name: str, rule: Rule) -> Statements:
        """What the records say of an attribute. Of their e-mails and phones the latest counts; an
        earlier one never beats it.
        """
        if name in CONSENTS:
            return self._answers(CONSENTS[name])
        return self._latest(CONTACTS[name]) if name in CONTACTS else self._plain(name, rule)

    def candidates(self, statements: Statements, trust: dict[str, int]) -> Candidates:
        """The statements in the form that survivorship compares; `trust` is by source."""
        sources = self.batch["source"].dictionary_encode()
        ranks = np.array([trust.get(source, 0) for source in sources.dictionary.to_pylist()])
        observed = pc.fill_null(statements.origin["observed_at"].cast(pa.int64()), 0)
        return Candidates(
            customer=self.customer[statements.rows],
            values=statements.values,
            trust=ranks.astype(np.int64)[sources.indices.to_numpy()[statements.rows]],
            observed_at=observed.to_numpy(),
        )

    def contacts(self, name: str) -> tuple[Numbers, pa.Array]:
        """All e-mails or phones, earlier ones too: customers and values."""
        lists = self.batch[CONTACTS[name]]
        values = pc.struct_field(lists.flatten(), "value")
        return self.customer[parents(lists)], values

    def _answers(self, channel: str) -> Statements:
        """Each record's answer to a question of consent."""
        lists = self.batch["consents"]
        entries = lists.flatten()
        asked = pc.equal(pc.struct_field(entries, "channel"), channel)
        places = np.flatnonzero(asked.to_numpy(zero_copy_only=False))
        answers = entries.take(pa.array(places))
        granted = pc.struct_field(answers, "granted")
        return Statements(
            rows=parents(lists)[places],
            values=(pc.if_else(granted, GRANTED, REFUSED),),
            origin={part: pc.struct_field(answers, part) for part in _ORIGIN},
        )

    def _latest(self, plural: str) -> Statements:
        lists = self.batch[plural]
        owners, rows = np.unique(parents(lists), return_index=True)
        latest = lists.flatten().take(pa.array(rows))
        seen, file, line = (pc.struct_field(latest, part) for part in ("last_seen", "file", "line"))
        return Statements(
            rows=owners,
            values=(pc.struct_field(latest, "value"),),
            origin={"observed_at": seen, "file": file, "line": line},
        )

    def _plain(self, name: str, rule: Rule) -> Statements:
        parts = [self.batch[part] for part in rule.parts or (name,)]
        present = np.any([part.is_valid().to_numpy(zero_copy_only=False) for part in parts], axis=0)
        rows = np.flatnonzero(present)
        maps = self.batch["origins"]
        start, end = maps.offsets[0].as_py(), maps.offsets[-1].as_py()
        named = pc.equal(maps.keys.slice(start, end - start), name)
        places = np.flatnonzero(named.to_numpy(zero_copy_only=False))
        at = np.full(len(maps), -1)
        at[parents(maps)[places]] = places + start
        origin = take(maps.items, at[rows])
        return Statements(
            rows=rows,
            values=tuple(part.take(pa.array(rows)) for part in parts),
            origin={part: pc.struct_field(origin, part) for part in _ORIGIN},
        )
