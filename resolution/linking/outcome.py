"""What a linking run found, as relations for files and figures for its report.

Reads the connection that `link` leaves: records, members, scored, edges, clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from resolution.model.artefact import Model

CLUSTERS = """
select r.source, r.source_key as record_id, 'c' || substr(c.cluster_id, 2) as cluster_id,
    (count(*) over (partition by c.cluster_id))::int as records, c.state, c.reason,
    c.weakest_link / 1000 as weakest_link_bits
from clusters c join records r using (record_id)
order by r.source, r.source_key
"""

RECORDS = """
select source, source_key as record_id, name_given, name_family, name_suffix, name_han, birth_date,
    birth_year, gender, list_transform(emails, lambda e: e.value) as emails,
    list_transform(phones, lambda p: p.value) as phones, address_key, postcode, city, region,
    country, extras.* exclude (record_id)
from records join extras using (record_id)
order by source, source_key
"""

HISTOGRAM = """
select records, count(*) as clusters
from (select count(*) as records from clusters group by cluster_id) group by records order by 1
"""

WEIGHTS = "select (weight / 1000)::int as bits, count(*) as pairs from scored group by 1 order by 1"

PAIRS_BY_SOURCE = """
select least(l.source, r.source) as one, greatest(l.source, r.source) as other, count(*) as pairs
from clusters lc join clusters rc on lc.cluster_id = rc.cluster_id and lc.record_id < rc.record_id
join records l on l.record_id = lc.record_id join records r on r.record_id = rc.record_id
group by all order by all
"""

WEAKEST = """
select 'c' || substr(cluster_id, 2) as cluster_id, count(*) as records,
    min(weakest_link) / 1000 as bits
from clusters where weakest_link is not null group by 1 order by 3, 1 limit 20
"""

FOUND_BY = """
select rule, count(*) as pairs, count(*) filter (where weight >= 0) as joining
from scored group by rule order by 2 desc
"""

ESTIMATED = """
with chances as (
    select 1 / (1 + pow(2, -weight / 1000.0)) as chance, l.cluster_id = r.cluster_id as together
    from scored
    join (select distinct node, cluster_id from members join clusters using (record_id)) l
        on l.node = left_node
    join (select distinct node, cluster_id from members join clusters using (record_id)) r
        on r.node = right_node
)
select avg(chance) filter (where together),
    sum(chance) filter (where together) / nullif(sum(chance), 0)
from chances
"""


def edges(model: Model) -> str:
    """SELECT of the pairs that join or that a veto parts: both records, weight in bits, chance,
    rule, veto, and in words what it is made of.
    """
    because = []
    for name, levels in model.comparisons.items():
        said = " ".join(
            f"when {level.number} then '{name}: {level.label.replace(chr(39), chr(39) * 2)}'"
            for level in levels
            if level.number >= 0
        )
        because.append(f"case levels['{name}'] {said} end")
    return f"""
select l.source as left_source, l.source_key as left_record_id,
    r.source as right_source, r.source_key as right_record_id,
    e.weight / 1000 as weight_bits, round(1 / (1 + pow(2, -e.weight / 1000.0)), 6) as probability,
    e.rule, e.veto, concat_ws('; ', {", ".join(because)}) as because
from edges e
join records l on l.record_id = e.left_id join records r on r.record_id = e.right_id
where e.weight >= 0 or e.veto is not null
order by left_source, left_record_id, right_source, right_record_id
"""


@dataclass(frozen=True)
class Figures:
    """What the report shows; `precision` and `recall` are estimates from the weights alone, null
    where no pair was met.
    """

    records: dict[str, int]
    persons: int
    held: int
    sizes: list[tuple[int, int]]
    weights: list[tuple[int, int]]
    between: list[tuple[str, str, int]]
    weakest: list[tuple[str, int, float]]
    found_by: list[tuple[str, int, int]]
    precision: float | None
    recall: float | None


def figures(connection: duckdb.DuckDBPyConnection) -> Figures:
    """By the relations that `link` leaves."""
    records = connection.execute(
        "select source, count(*) from records group by source order by source"
    ).fetchall()
    persons, held = connection.execute(
        "select count(distinct cluster_id), count(*) filter (where state = 'held') from clusters"
    ).fetchall()[0]
    precision, recall = connection.execute(ESTIMATED).fetchall()[0]
    return Figures(
        records=dict(records),
        persons=persons,
        held=held,
        sizes=connection.execute(HISTOGRAM).fetchall(),
        weights=connection.execute(WEIGHTS).fetchall(),
        between=connection.execute(PAIRS_BY_SOURCE).fetchall(),
        weakest=connection.execute(WEAKEST).fetchall(),
        found_by=connection.execute(FOUND_BY).fetchall(),
        precision=precision,
        recall=recall,
    )
