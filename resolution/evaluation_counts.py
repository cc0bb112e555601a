"""Counts of pairs and records per resampling unit, without listing a single pair.

A group of records (a person, a predicted cluster, or a cell: the part of a person that lies in one
cluster) with n_a records of class a and n_b of class b holds n_a * n_b pairs of the classes (a, b)
and n_a * (n_a - 1) / 2 of (a, a). So three groupings of class counts give the true pairs, the
predicted pairs and, on the cells, the pairs that are both: a cluster of thousands costs as much as
one of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from resolution.errors import ResolutionError
from resolution.resampling import Floats, Integers, resampling_units

ASSIGNMENT_COLUMNS = ("source", "source_key", "cluster_id", "script")
TRUTH_COLUMNS = ("source", "key", "person_id", "evidence")
GROUPINGS = ("person", "cluster", "cell")
DIMENSIONS = ("source", "evidence", "script")


@dataclass(frozen=True)
class Population:
    """How many records, persons and clusters are scored, and which could not be."""

    records: int
    persons: int
    clusters: int
    missing_records: int
    unknown_records: int
    largest_person: int
    largest_cluster: int


@dataclass(frozen=True)
class ClassPairs:
    """Pairs inside the groups of one grouping, one row per unit and pair of class numbers."""

    unit: Integers
    left: Integers
    right: Integers
    pairs: Floats


class EvaluationTables:
    """The scored records in DuckDB, ready to be counted; close it after use."""

    def __init__(self, assignments: pd.DataFrame | pa.Table, truth: pd.DataFrame) -> None:
        """Join the two tables; `resolution.evaluation.evaluate` documents their columns."""
        _require("assignments", _names(assignments), ASSIGNMENT_COLUMNS)
        _require("truth", _names(truth), TRUTH_COLUMNS)
        self._connection = duckdb.connect()
        self._connection.register("given_assignments", assignments)
        self._connection.register("given_truth", truth)
        self._connection.execute(_INPUT_SQL)
        self._refuse_repeats("assignment", "assignments")
        self._refuse_repeats("truth", "truth")
        if self._scalar("select count(*) from truth") == 0:
            raise ResolutionError("the truth has no records; give a file with at least one")
        self._connection.execute(_RECORD_SQL)
        self.units = self._number_units()

    def close(self) -> None:
        """Free the tables."""
        self._connection.close()

    def population(self) -> Population:
        """Count what is scored."""
        return Population(
            records=self._scalar("select count(*) from record"),
            persons=self._scalar("select count(distinct person) from record"),
            clusters=self._scalar("select count(distinct cluster) from record"),
            missing_records=self._scalar("select count(*) from record where missing"),
            unknown_records=self._scalar(
                "select count(*) from assignment anti join truth using (source, key)"
            ),
            largest_person=self._scalar("select max(size) from person_size"),
            largest_cluster=self._scalar("select max(size) from cluster_size"),
        )

    def classes(self, dimension: str) -> list[str]:
        """The record classes of a dimension; their places are the numbers in `class_pairs`."""
        found = self._connection.sql(
            f"select {dimension} from record group by {dimension} order by {dimension}"
        )
        return [str(name) for (name,) in found.fetchall()]

    def class_pairs(self, grouping: str, dimension: str) -> ClassPairs:
        """Count the pairs inside each group of `grouping` per pair of classes of `dimension`."""
        found = self._connection.sql(
            f"""
            with class as (
                select {dimension}, row_number() over (order by {dimension}) - 1 as class
                from record group by {dimension}
            ), counted as (
                select {grouping} as grouped, class, any_value(unit) as unit, count(*) as size
                from record join unit using (person) join class using ({dimension})
                group by {grouping}, class
            )
            select l.unit, l.class as left_class, r.class as right_class,
                sum(if(l.class = r.class, l.size * (l.size - 1) // 2, l.size * r.size))::double
                    as pairs
            from counted as l join counted as r
                on l.grouped = r.grouped and l.class <= r.class
            where l.class < r.class or l.size > 1
            group by l.unit, l.class, r.class
            """
        ).fetchnumpy()
        return ClassPairs(
            found["unit"].astype(np.int64),
            found["left_class"].astype(np.int64),
            found["right_class"].astype(np.int64),
            found["pairs"].astype(np.float64),
        )

    def record_sums(self) -> Floats:
        """Sum over the records of each unit: number, B-cubed precision, recall, in mixed clusters.

        Returns:
            One row per unit and four columns. A record's B-cubed precision is the share of its
            cluster that is its person, its recall the share of its person that is in its cluster.
        """
        found = self._connection.sql(
            """
            select unit, sum(n)::double as records,
                sum(n * n / cluster_size.size)::double as precision,
                sum(n * n / person_size.size)::double as recall,
                sum(if(n < cluster_size.size, n, 0))::double as mixed
            from cell join person_size using (person) join cluster_size using (cluster)
                join unit using (person)
            group by unit order by unit
            """
        ).fetchnumpy()
        columns = [found[name] for name in ("records", "precision", "recall", "mixed")]
        return np.column_stack(columns).astype(np.float64)

    def _number_units(self) -> int:
        cells = self._connection.sql(
            "select person, cluster from cell order by person, cluster"
        ).fetchnumpy()
        units = resampling_units(
            cells["person"].astype(np.int64), cells["cluster"].astype(np.int64)
        )
        numbered = pa.table({"person": np.arange(len(units)), "unit": units})
        self._connection.register("numbered", numbered)
        self._connection.execute("create table unit as select * from numbered")
        return int(units.max()) + 1

    def _refuse_repeats(self, table: str, name: str) -> None:
        repeats = self._scalar(f"select count(*) - count(distinct (source, key)) from {table}")
        if repeats:
            raise ResolutionError(
                f"{repeats} rows of the {name} repeat a record; give one row per source and key"
            )

    def _scalar(self, query: str) -> int:
        return int(self._connection.sql(query).fetchall()[0][0])


def _names(table: pd.DataFrame | pa.Table) -> list[str]:
    return list(table.column_names if isinstance(table, pa.Table) else table.columns)


def _require(table: str, present: Sequence[str], wanted: Sequence[str]) -> None:
    absent = [name for name in wanted if name not in present]
    if absent:
        raise ResolutionError(
            f"the {table} lack the column {', '.join(absent)}; give {', '.join(wanted)}"
        )


_INPUT_SQL = """
create table assignment as
select source::varchar as source, source_key::varchar as key, cluster_id::varchar as cluster_id,
    script::varchar as script
from given_assignments;
create table truth as
select source::varchar as source, key::varchar as key, person_id::varchar as person_id,
    evidence::varchar as evidence
from given_truth;
"""

# A record without a cluster stands alone; its own (source, key) can collide with no cluster_id
# because it is kept apart as a structure. Numbers follow a total order: the same input draws the
# same resampling weights, whatever the order of its rows.
_RECORD_SQL = """
create table joined as
select truth.source, truth.evidence, cluster_id is null as missing,
    coalesce(script, 'unknown') as script, person_id,
    if(cluster_id is null, row(source, key, null), row(null, null, cluster_id)) as cluster_key
from truth left join assignment using (source, key);
create table person_number as
select person_id, row_number() over (order by person_id) - 1 as person
from (select distinct person_id from joined);
create table cluster_number as
select cluster_key, row_number() over (order by least_person, cluster_key) - 1 as cluster
from (select cluster_key, min(person_id) as least_person from joined group by cluster_key);
create table numbered_record as
select source, evidence, script, missing, person, cluster
from joined join person_number using (person_id) join cluster_number using (cluster_key);
create table cell as
select person, cluster, n, row_number() over (order by person, cluster) - 1 as cell
from (select person, cluster, count(*) as n from numbered_record group by person, cluster);
create table record as
select numbered_record.*, cell.cell from numbered_record join cell using (person, cluster);
create table person_size as select person, sum(n)::bigint as size from cell group by person;
create table cluster_size as select cluster, sum(n)::bigint as size from cell group by cluster;
"""
