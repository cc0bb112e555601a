"""From the records of customers to their rows of the golden tables."""

from __future__ import annotations

from dataclasses import dataclass
from json.encoder import encode_basestring

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from resolution.golden.members import CONSENTS, CONTACTS, Members, Survivor
from resolution.golden.pinning import PINNED, with_pins
from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.golden.survivorship import GRANTED, STRICTEST, Rule, survivors
from resolution.judgements.pins import Pin
from sources.batches import Numbers, in_schema, offsets, take
from sources.schema import TableSchema

_TOTALS = {
    "events": "sum",
    "purchases": "sum",
    "first_seen": "min",
    "last_seen": "max",
    "state": "min",
    "weakest_link": "min",
}
Columns = dict[str, pa.Array]


@dataclass(frozen=True)
class Consolidation:
    """How records become golden rows: survivorship by attribute, the rank of each source by its
    contract, the Arrow schema of each golden table, and what stewards pinned.
    """

    rules: dict[str, Rule]
    trust: dict[str, int]
    publication: str
    schemas: dict[str, pa.Schema]
    pins: tuple[Pin, ...] = ()

    def rows(self, batch: pa.RecordBatch) -> dict[str, pa.RecordBatch]:
        """The rows of each golden table for a batch of whole customers."""
        members = Members(batch)
        contacts = {name: _lists(members, *members.contacts(name)) for name in CONTACTS}
        best = {name: self._survivor(members, name, contacts) for name in self._all_rules}
        crosswalk = {name: batch[name] for name in batch.schema.names}
        return {
            CUSTOMERS.name: self._batch(CUSTOMERS, self._customers(members, best, contacts)),
            ATTRIBUTES.name: self._attributes(members, best),
            CROSSWALK.name: self._batch(CROSSWALK, crosswalk),
        }

    @property
    def _all_rules(self) -> dict[str, Rule]:
        return self.rules | dict.fromkeys(CONSENTS, STRICTEST)

    def _survivor(self, members: Members, name: str, contacts: Columns) -> Survivor:
        rule = self._all_rules[name]
        said = members.statements(name, rule)
        candidates = members.candidates(said, self.trust)
        places, losers = survivors(candidates, rule)
        customer = candidates.customer[places]
        if name in CONTACTS:
            # Earlier addresses and numbers of a record lost, too.
            losers = contacts[name].value_lengths().to_numpy()[customer] - 1
        found = Survivor(customer, said.take(places), losers, np.zeros(len(places), bool))
        pins = [pin for pin in self.pins if pin.attribute == name]
        return with_pins(members, rule, found, pins) if pins else found

    def _customers(self, members: Members, best: dict[str, Survivor], contacts: Columns) -> Columns:
        columns = _totals(members) | {CONTACTS[name]: lists for name, lists in contacts.items()}
        everybody = len(members.customer_ids)
        for name, survivor in best.items():
            place = np.full(everybody, -1)
            place[survivor.customer] = np.arange(len(survivor.customer))
            parts = self._all_rules[name].parts or (name,)
            columns |= {
                part: take(values, place)
                for part, values in zip(parts, survivor.statements.values, strict=True)
            }
        columns |= {name: pc.equal(columns[name], GRANTED) for name in CONSENTS}
        columns["full_name"] = _full_name(columns)
        columns["confidence"] = _confidence(columns["records"], columns["weakest_link"])
        return columns

    def _attributes(self, members: Members, best: dict[str, Survivor]) -> pa.RecordBatch:
        batches = [self._attribute(members, name, survivor) for name, survivor in best.items()]
        # A customer's attributes side by side, in the order of the rules.
        customers = np.concatenate([survivor.customer for survivor in best.values()])
        return pa.concat_batches(batches).take(pa.array(np.argsort(customers, kind="stable")))

    def _attribute(self, members: Members, name: str, survivor: Survivor) -> pa.RecordBatch:
        rule, said = self._all_rules[name], survivor.statements
        rows, count = pa.array(said.rows), len(said.rows)
        columns = {
            "customer_id": members.customer_ids.take(pa.array(survivor.customer)),
            "attribute": pa.repeat(name, count),
            "value": _json(rule.parts, said.values) if rule.parts else said.values[0],
            "record_id": members.batch["record_id"].take(rows),
            "source": members.batch["source"].take(rows),
            "rule": pc.if_else(pa.array(survivor.pinned), PINNED, rule.name),
            "losers": pa.array(survivor.losers),
        }
        return self._batch(ATTRIBUTES, columns | said.origin)

    def _batch(self, table: TableSchema, columns: Columns) -> pa.RecordBatch:
        """Exactly the table's columns, in its order and types."""
        schema = self.schemas[table.name]
        publication = pa.repeat(self.publication, len(columns["customer_id"]))
        known = {"publication": publication} | columns
        return in_schema(known, schema)


def _totals(members: Members) -> Columns:
    """What is counted, summed or compared over all records of a customer."""
    plain = {name: members.batch[name] for name in _TOTALS}
    table = pa.table({"customer": members.customer, **plain})
    grouped = table.group_by("customer", use_threads=False)
    totals = grouped.aggregate(list(_TOTALS.items()))
    columns = {
        name: totals[f"{name}_{function}"].combine_chunks() for name, function in _TOTALS.items()
    }
    for counted in ("events", "purchases"):
        columns[counted] = pc.fill_null(columns[counted], 0)
    return columns | {
        "customer_id": members.customer_ids,
        "records": pa.array(np.bincount(members.customer)),
        "sources": _lists(members, members.customer, members.batch["source"]),
    }


def _lists(members: Members, customer: Numbers, values: pa.Array) -> pa.Array:
    """Each customer's values, sorted, each once."""
    keys = ["customer", "value"]
    table = pa.table([pa.array(customer), values], names=keys)
    distinct = table.group_by(keys, use_threads=False).aggregate([])
    ordered = distinct.sort_by([(key, "ascending") for key in keys])
    counts = np.bincount(ordered["customer"].to_numpy(), minlength=len(members.customer_ids))
    return pa.ListArray.from_arrays(offsets(counts), ordered["value"].combine_chunks())


def _full_name(columns: Columns) -> pa.Array:
    """In the customer's own script where known, else given and family name."""
    given, family = columns["given_name"], columns["family_name"]
    # Arrow's own 'skip' drops the rows in which both are null.
    both = pc.binary_join_element_wise(given, family, " ")
    parts = pc.coalesce(both, given, family)
    known = pc.if_else(pc.equal(parts, ""), pa.scalar(None, pa.string()), parts)
    return pc.coalesce(columns["full_name"], known)


def _confidence(records: pa.Array, weakest_link: pa.Array) -> pa.Array:
    """The probability behind a weight in milli-bits; null where nothing had to be joined."""
    odds = pc.power(2.0, pc.divide(weakest_link.cast(pa.float64()), 1000.0))
    confidence = pc.round(pc.divide(odds, pc.add(1.0, odds)), 6)
    return pc.if_else(pc.greater(records, 1), confidence, pa.scalar(None, pa.float64()))


def _json(parts: tuple[str, ...], values: tuple[pa.Array, ...]) -> pa.Array:
    """Units as JSON, without the parts that are null."""
    texts = [
        [None if text is None else f'"{part}":{encode_basestring(text)}' for text in column]
        for part, column in zip(parts, (array.to_pylist() for array in values), strict=True)
    ]
    units = zip(*texts, strict=True)
    return pa.array([f"{{{','.join(filter(None, unit))}}}" for unit in units], pa.string())
