"""From delivered files to rows: every row as it came, with where it came from, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from sources.contract import FileContract
from sources.delivery import Delivery
from sources.framing import frame_csv, frame_json_lines
from sources.values import filled, typed

BATCH_ROWS = 20_000
FILE, LINE, LINES, BATCH_DAY = "_file", "_line", "_lines", "_batch_day"
ROW_HASH, UNMAPPED, INGESTED_AT = "_row_hash", "_unmapped", "_ingested_at"
PROVENANCE = (
    f"{FILE} string, {LINE} bigint, {LINES} int, {BATCH_DAY} date, {ROW_HASH} string, "
    f"{UNMAPPED} map<string, string>"
)
RAW, PROBLEM, PROBLEM_COLUMN = "raw", "reason", "column"

_FRAMED = (
    "position int, line bigint, lines int, raw string, fields array<string>, "
    "unmapped map<string, string>, problem string"
)
_ARROW = pa.schema(
    [
        ("position", pa.int32()),
        ("line", pa.int64()),
        ("lines", pa.int32()),
        ("raw", pa.string()),
        ("fields", pa.list_(pa.string())),
        ("unmapped", pa.map_(pa.string(), pa.string())),
        ("problem", pa.string()),
    ]
)


def read_rows(spark: SparkSession, deliveries: list[Delivery], contract: FileContract) -> DataFrame:
    """All rows of these files of one kind.

    Columns: provenance (`PROVENANCE`), every contract column as delivered text, and `raw`,
    `reason`, `column` where the row is to be quarantined (`reason` is null for good rows).
    """
    files = [
        (position, delivery.path, _layout(delivery, contract))
        for position, delivery in enumerate(deliveries)
    ]
    frame = spark.createDataFrame(files, "position int, path string, layout array<int>")
    framed = frame.repartition(len(files), "position").mapInArrow(
        _csv_framer(contract, deliveries) if contract.format == "csv" else _json_framer(), _FRAMED
    )
    named = _name_columns(framed, contract)
    names = F.array(*[F.lit(delivery.name) for delivery in deliveries])
    days = F.array(*[F.lit(delivery.day) for delivery in deliveries])
    problem = _problem(contract)
    return named.select(
        names[F.col("position")].alias(FILE),
        F.col("line").alias(LINE),
        F.col("lines").alias(LINES),
        days[F.col("position")].alias(BATCH_DAY),
        F.col("hash").alias(ROW_HASH),
        F.col("unmapped").alias(UNMAPPED),
        *[F.col(f"columns.{name}").alias(name) for name in contract.columns],
        F.when(problem["reason"].isNotNull(), F.col("raw")).alias(RAW),
        problem["reason"].alias(PROBLEM),
        problem["column"].alias(PROBLEM_COLUMN),
    )


def _layout(delivery: Delivery, contract: FileContract) -> list[int]:
    """Where the file holds each contract column; -1 where an optional one is missing."""
    header = list(delivery.header)
    wanted = [contract.header_name(name) for name in contract.columns]
    return [header.index(name) if name in header else -1 for name in wanted]


def _csv_framer(contract: FileContract, deliveries: list[Delivery]) -> Any:
    """A function for `mapInArrow`; it carries names only, no row."""
    known = {contract.header_name(name) for name in contract.columns}
    headers = [list(delivery.header) for delivery in deliveries]
    extra = [
        [(place, name) for place, name in enumerate(header) if name not in known]
        for header in headers
    ]

    def rows(position: int, path: str, layout: list[int]) -> Iterator[tuple[Any, ...]]:
        in_order = layout == list(range(len(headers[position])))
        for row in frame_csv(path, len(headers[position])):
            given, unmapped = row.fields, None
            fields: Sequence[str | None] | None = given
            if given is not None and not in_order:
                unmapped = [(name, given[place]) for place, name in extra[position]] or None
                fields = [given[place] if place >= 0 else None for place in layout]
            # Joined fields are the row only where no quotation marks were.
            raw = ",".join(given or []) if row.raw is None else row.raw
            yield position, row.line, row.lines, raw, fields, unmapped, row.problem

    return _framer(rows)


def _json_framer() -> Any:
    """A function for `mapInArrow` over JSON lines."""

    def rows(position: int, path: str, _: list[int]) -> Iterator[tuple[Any, ...]]:
        for row in frame_json_lines(path):
            yield position, row.line, row.lines, row.raw, None, None, row.problem

    return _framer(rows)


def _framer(rows: Any) -> Any:
    def frame(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for file in batch.to_pylist():
                source = rows(file["position"], file["path"], file["layout"])
                while chunk := list(islice(source, BATCH_ROWS)):
                    columns = zip(*chunk, strict=True)
                    arrays = [
                        pa.array(values, field.type)
                        for values, field in zip(columns, _ARROW, strict=True)
                    ]
                    yield pa.RecordBatch.from_arrays(arrays, schema=_ARROW)

    return frame


def _name_columns(framed: DataFrame, contract: FileContract) -> DataFrame:
    """Adds the struct `columns` with every contract column as text, and the row's hash."""
    if contract.format == "csv":
        columns = F.struct(
            *[F.col("fields")[place].alias(name) for place, name in enumerate(contract.columns)]
        )
        return framed.select("*", columns.alias("columns"), F.md5("raw").alias("hash"))
    paths = {name: (column.path or name).split(".") for name, column in contract.columns.items()}
    schema = _json_schema(paths)
    parsed = framed.withColumn(
        "json",
        F.from_json("raw", schema, {"columnNameOfCorruptRecord": "_corrupt"}),
    )
    columns = F.struct(*[F.col(".".join(["json", *path])).alias(n) for n, path in paths.items()])
    known = F.array(*[F.lit(name) for name in dict.fromkeys(path[0] for path in paths.values())])
    surplus = F.array_except(F.json_object_keys("raw"), known)
    # from_json stops after the first object: of two on one line the second was gone without a word.
    objects = F.json_array_length(F.concat(F.lit("["), "raw", F.lit("]")))
    broken = (
        F.col("json").isNull() | F.col("json._corrupt").isNotNull() | ~objects.eqNullSafe(F.lit(1))
    )
    return parsed.select(
        "position",
        "line",
        "lines",
        "raw",
        F.when(F.size(surplus) > 0, F.create_map(F.lit("_json"), F.col("raw"))).alias("unmapped"),
        F.coalesce("problem", F.when(broken, F.lit("broken_json"))).alias("problem"),
        columns.alias("columns"),
        F.md5("raw").alias("hash"),
    )


def _json_schema(paths: dict[str, list[str]]) -> StructType:
    """Text at every path, and a place for what is no JSON."""
    tree: dict[str, Any] = {}
    for path in paths.values():
        place = tree
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = None

    def struct(branch: dict[str, Any]) -> StructType:
        return StructType(
            [
                StructField(name, StringType() if below is None else struct(below))
                for name, below in branch.items()
            ]
        )

    return StructType([*struct(tree).fields, StructField("_corrupt", StringType())])


def _problem(contract: FileContract) -> Column:
    """struct<reason, column> of the first thing wrong with a row; nulls for a good one."""

    def named(reason: Column | str, column: str | None) -> Column:
        code = F.lit(reason) if isinstance(reason, str) else reason
        return F.struct(code.alias("reason"), F.lit(column).cast("string").alias("column"))

    found = F.when(F.col("problem").isNotNull(), named(F.col("problem"), None))
    for name in contract.required_columns:
        text = F.col(f"columns.{name}")
        found = found.when(filled(text).isNull(), named("missing_value", name))
        if contract.columns[name].type != "string":
            value = typed(text, contract.columns[name], contract.time_zone)
            found = found.when(value.isNull(), named("unreadable_value", name))
    return found
