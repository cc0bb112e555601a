"""Keys of a generated warehouse and who carries them in truth, as counts without any value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from benchmarks.block_sizes import Keys
from pipelines.delta import TableStore
from pipelines.views import open_view, utc_connection
from resolution.forecast import forecast
from resolution.model.blocking import PREDICTION_RULES
from resolution.nodes import ALL_LETTERS, build_nodes
from resolution.thresholds import RARE_NAME_NODES
from sources.record import LINKS, RECORDS

FILE = Path(__file__).with_name("measured_blocks.json")
LETTERS, DIGITS = "same log-in name, of letters", "same log-in name, with digits"
PLACES = {rule.name: place for place, rule in enumerate(PREDICTION_RULES)}
LOGIN, RARE = PLACES["same log-in name"], PLACES["same rare name"]

CARRIERS = f"""
create temp table carriers as
with owners as (
    select members.node, arg_min(truth.household_id, truth.person_id) as household
    from members
    join records using (record_id)
    join truth on truth.source = records.source and truth.key = records.source_key
    group by members.node
),
keyed as (
    select rule, key, node from blocking_keys where rule <> {RARE}
    union all
    -- Common names, too: in a larger population a rare one becomes common.
    select {RARE}, unnest({ALL_LETTERS}), node from nodes
)
select
    case
        when rule <> {LOGIN} then rule::text
        when regexp_matches(key, '[0-9]') then '{DIGITS}' else '{LETTERS}'
    end as kind,
    key, household, count(distinct node)::bigint as nodes,
    list(distinct name_family) filter (where name_family is not null) as families
from keyed join nodes using (node) join owners using (node)
where key is not null
group by all
"""
BLOCKS = """
create temp table blocks as
select
    kind, key, count(*) as households, sum(nodes)::bigint as nodes,
    greatest(len(list_distinct(flatten(list(families)))), 1) as families,
    (sum(nodes) * (sum(nodes) - 1) / 2)::bigint as pairs,
    (sum(nodes * (nodes - 1)) / 2)::bigint as own
from carriers
group by kind, key
"""


@dataclass(frozen=True)
class Measured:
    """A warehouse in numbers: Arrow bytes of a record and of a node, edges, the most nodes that
    have a rare name, and keys by kind.
    """

    persons: int
    records: int
    nodes: int
    edges: int
    bytes_of_a_record: int
    bytes_of_a_node: int
    rare_nodes: int
    kinds: dict[str, Keys]


def measure(warehouse: Path, truth: Path) -> Measured:
    """Of the heads of silver.records and silver.links, by the identities.csv of its feeds."""
    store = TableStore(warehouse)
    with utc_connection(threads=1) as connection:
        open_view(connection, "records", store, RECORDS.name)
        open_view(connection, "links", store, LINKS.name)
        connection.execute(
            "create temp table truth as from read_csv($1, header = true, all_varchar = true)",
            [str(truth)],
        )
        build_nodes(connection)
        forecast(connection)
        connection.execute(CARRIERS)
        connection.execute(BLOCKS)
        records = connection.sql("from records").to_arrow_table()
        nodes = connection.sql("from nodes").to_arrow_table()
        return Measured(
            persons=_one(connection, "select count(distinct person_id) from truth"),
            records=records.num_rows,
            nodes=nodes.num_rows,
            edges=store.rows("resolution.edges"),
            bytes_of_a_record=records.nbytes // records.num_rows,
            bytes_of_a_node=nodes.nbytes // nodes.num_rows,
            rare_nodes=RARE_NAME_NODES,
            kinds=dict(_kinds(connection)),
        )


def saved() -> list[Measured]:
    """The measured warehouses that ship with the simulation, small ones first."""
    return [
        Measured(**{**one, "kinds": {kind: _keys(**keys) for kind, keys in one["kinds"].items()}})
        for one in json.loads(FILE.read_text(encoding="utf-8"))
    ]


def save(measured: Measured) -> None:
    """Put one beside those that are saved, or in the place of one with as many records."""
    others = [one for one in saved() if one.records != measured.records] if FILE.exists() else []
    ordered = sorted([*others, measured], key=lambda one: one.records)
    FILE.write_text(json.dumps([asdict(one) for one in ordered], indent=1) + "\n", encoding="utf-8")


def _keys(households: dict[str, int], nodes: dict[str, int], **rest: float) -> Keys:
    whole = ({int(count): keys for count, keys in counts.items()} for counts in (households, nodes))
    return Keys(*whole, **rest)  # type: ignore[arg-type]


def _kinds(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Keys]]:
    for (kind,) in connection.execute("select distinct kind from blocks order by 1").fetchall():
        rare = f"nodes <= {RARE_NAME_NODES}" if kind == str(RARE) else "true"
        sums = connection.execute(
            "select coalesce(sum(least(families, households) - 1)::double"
            " / nullif(sum(households - 1), 0), 0),"
            f" coalesce(sum(pairs) filter (where {rare}), 0)::bigint,"
            f" coalesce(sum(pairs - own) filter (where {rare}), 0)::bigint,"
            f" coalesce(max(nodes) filter (where {rare}), 0)::bigint from blocks where kind = $1",
            [kind],
        ).fetchall()[0]
        name = PREDICTION_RULES[int(kind)].name if kind.isdigit() else kind
        yield (
            name,
            Keys(
                _counts(connection, "blocks", "households", kind),
                _counts(connection, "carriers", "nodes", kind),
                round(sums[0], 4),
                *sums[1:],
            ),
        )


def _counts(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, kind: str
) -> dict[int, int]:
    query = f"select {column}, count(*) from {table} where kind = $1 group by all order by all"
    return {int(value): int(count) for value, count in connection.execute(query, [kind]).fetchall()}


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])
