"""The account of delivered files: which lines were new to us when they came."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from pipelines.views import utc_connection
from sources.reading import BATCH_DAY, FILE, INGESTED_AT, LINE, LINES, ROW_HASH

ACCOUNT = pa.schema(
    [
        ("file", pa.string()),
        ("table_name", pa.string()),
        ("batch_day", pa.date32()),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
        ("delivered", pa.int64()),
        ("accepted", pa.int64()),
        ("quarantined", pa.int64()),
        ("redelivered", pa.int64()),
        ("problem", pa.string()),
        ("new_columns", pa.list_(pa.string())),
        ("ingested_at", pa.timestamp("us", tz="UTC")),
    ]
)
"""The columns of `ops.files`."""


def accepted_lines(
    paths: list[str], among: list[str] | None = None
) -> dict[tuple[str, datetime], int]:
    """Lines of rows that came first with their content, by file and time of ingestion.

    `paths` are all Parquet files of a bronze table; with `among`, some of them, only rows whose
    content is in those are looked at. The rest of a file's good lines are exact redeliveries: the
    same content came in an earlier run, or earlier in the order of day, file and line.
    """
    if not paths:
        return {}
    wanted = f"where {ROW_HASH} in (select {ROW_HASH} from read_parquet($among))" if among else ""
    place = ", ".join((INGESTED_AT, BATCH_DAY, FILE, LINE, LINES))
    query = f"""
        with firsts as (
            select min(row({place})) as place from read_parquet($paths) {wanted}
            group by {ROW_HASH}
        )
        select place[3], place[1], sum(place[5])::bigint from firsts group by all
    """
    values = {"paths": paths, **({"among": among} if among else {})}
    with utc_connection() as connection:
        rows = connection.execute(query, values).fetchall()
    return {(file, ingested_at): lines for file, ingested_at, lines in rows}
