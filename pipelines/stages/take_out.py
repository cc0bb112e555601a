"""Decisions about files, carried out: their rows leave bronze and quarantine."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from pipelines.accounting import ACCOUNT, accepted_lines
from pipelines.file_decisions import WITHDRAW, WITHDRAWN, Account
from pipelines.run import Run
from pipelines.tables import FILES
from sources.literals import literal
from sources.problems import REMEDIES
from sources.reading import FILE, INGESTED_AT, QUARANTINE


def take_out(run: Run, todo: dict[tuple[str, str], str]) -> None:
    """Take the rows of these files out of bronze and quarantine, and out of the account; a file
    that is withdrawn stays there as set aside whole.
    """
    if not todo:
        return
    account = run.store.read_arrow(FILES.name, run.versions[FILES.name]).to_pylist()
    leaving: dict[str, Account] = defaultdict(list)
    for row in account:
        if (row["file"], row["sha256"]) in todo:
            leaving[row["table_name"]].append(row)
    staying = [row for row in account if (row["file"], row["sha256"]) not in todo]
    for table, rows in leaving.items():
        withdrawn = [row for row in rows if todo[row["file"], row["sha256"]] == WITHDRAW]
        staying += _delete_rows(run, table, rows, withdrawn)
        _recount(run, table, staying)
    run.write_arrow(pa.Table.from_pylist(staying, ACCOUNT), FILES.name, "overwrite")


def _delete_rows(run: Run, table: str, rows: Account, withdrawn: Account) -> Account:
    """Delete rows by file and time of ingestion; the withdrawn files' new rows of the account."""
    for name, file, at in (
        (f"bronze.{table}", FILE, INGESTED_AT),
        (f"quarantine.{table}", "file", "ingested_at"),
    ):
        places = " or ".join(
            f"({file} = {literal(row['file'])}"
            f" and {at} = arrow_cast('{row['ingested_at']:%Y-%m-%dT%H:%M:%S.%f}Z',"
            " 'Timestamp(Microsecond, Some(\"UTC\"))'))"
            for row in rows
        )
        run.delete(name, places)
    kept = [
        {
            "file": row["file"],
            "lines": row["delivered"],
            "batch_day": row["batch_day"],
            "reason": WITHDRAWN,
            "remedy": REMEDIES[WITHDRAWN],
            "ingested_at": run.started_at,
        }
        for row in withdrawn
    ]
    if kept:
        run.write_arrow(pa.Table.from_pylist(kept, QUARANTINE), f"quarantine.{table}", "append")
    return [
        row
        | {"accepted": 0, "quarantined": row["delivered"], "redelivered": 0}
        | {"problem": WITHDRAWN, "ingested_at": run.started_at}
        for row in withdrawn
    ]


def _recount(run: Run, table: str, account: Account) -> None:
    """Rows that repeated one of a file that has left are the first with their content now."""
    name = f"bronze.{table}"
    accepted = accepted_lines(run.store.files(name, run.versions[name]))
    for row in account:
        if row["table_name"] == table:
            good = row["accepted"] + row["redelivered"]
            row["accepted"] = accepted.get((row["file"], row["ingested_at"]), 0)
            row["redelivered"] = good - row["accepted"]
