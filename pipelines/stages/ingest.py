"""Landing -> bronze: every delivered row as it came, the rest to quarantine, and the account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from pipelines.accounting import ACCOUNT, accepted_lines
from pipelines.landing import Landed, Landing, land
from pipelines.run import Run
from pipelines.stages.take_out import take_out
from pipelines.tables import FILES, bronze_table, quarantine_table
from sources.contract import FileContract
from sources.delivery import Delivery
from sources.reading import QUARANTINE, bronze_schema, quarantined_file


def ingest(run: Run) -> None:
    """Read all waiting files in one Spark job; one commit per table over all days."""
    with run.stage("ingest") as rows:
        contracts = [contract for _, contract in run.catalog.files]
        for contract in contracts:
            run.create(bronze_table(contract), bronze_schema(contract))
            run.create(quarantine_table(contract), QUARANTINE)
        take_out(run, run.pending if run.takes_input else {})
        _inspect_while_spark_starts(run)
        by_table = {contract.table: contract for contract in contracts}
        whole = [delivery for delivery in run.deliveries if delivery.problem is None]
        landings = [_landing(run, by_table[delivery.table], delivery) for delivery in whole]
        landed = land(run.spark, landings, run.started_at)
        account = []
        for contract in contracts:
            account += _commit(run, contract, landed)
            rows[bronze_table(contract)] = run.rows(bronze_table(contract))
            rows[quarantine_table(contract)] = run.rows(quarantine_table(contract))
        if account or FILES.name not in run.versions:
            run.write_arrow(pa.Table.from_pylist(account, ACCOUNT), FILES.name, "append")
        for name in ("delivered", "accepted", "quarantined", "redelivered"):
            rows[name] = sum(int(str(entry[name])) for entry in account)


def _inspect_while_spark_starts(run: Run) -> None:
    """Both take seconds of their own, and the start leaves a core idle."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        inspected = pool.submit(lambda: run.deliveries)
        run.spark  # noqa: B018
        inspected.result()


def _landing(run: Run, contract: FileContract, delivery: Delivery) -> Landing:
    return Landing(
        delivery=delivery,
        contract=contract,
        bronze=run.store.location(bronze_table(contract)),
        quarantine=run.store.location(quarantine_table(contract)),
    )


def _commit(run: Run, contract: FileContract, all_landed: list[Landed]) -> list[dict[str, object]]:
    """Make one kind's files part of its tables; their rows of `ops.files`."""
    landed = [file for file in all_landed if file.delivery.table == contract.table]
    broken = [
        delivery
        for delivery in run.deliveries
        if delivery.table == contract.table and delivery.problem is not None
    ]
    accepted = _accepted(run, contract, landed)
    run.add_files(bronze_table(contract), [file.good for file in landed if file.good])
    run.add_files(quarantine_table(contract), [file.bad for file in landed if file.bad])
    if broken:
        rows = [quarantined_file(delivery, run.started_at) for delivery in broken]
        run.write_arrow(pa.concat_tables(rows), quarantine_table(contract), "append")
    return [
        *[_entry(run, contract, file, accepted.get(file.delivery.name, 0)) for file in landed],
        *[_broken_entry(run, delivery) for delivery in broken],
    ]


def _accepted(run: Run, contract: FileContract, landed: list[Landed]) -> dict[str, int]:
    """Lines by file that are new to us."""
    name = bronze_table(contract)
    folder = run.store.location(name)
    fresh = [f"{folder}/{file.good.name}" for file in landed if file.good]
    if not fresh:
        return {}
    known = run.store.files(name, run.versions[name])
    lines = accepted_lines([*known, *fresh], among=fresh)
    return {file: count for (file, at), count in lines.items() if at == run.started_at}


def _entry(run: Run, contract: FileContract, file: Landed, accepted: int) -> dict[str, object]:
    known = {contract.header_name(name) for name in contract.columns}
    surplus = [name for name in file.delivery.header if name not in known]
    return {
        **_facts(run, file.delivery),
        "accepted": accepted,
        "quarantined": file.bad_lines,
        "redelivered": file.good_lines - accepted,
        "new_columns": surplus or list(file.new_columns),
    }


def _broken_entry(run: Run, delivery: Delivery) -> dict[str, object]:
    """A file that is set aside whole has all its lines quarantined."""
    return {
        **_facts(run, delivery),
        "accepted": 0,
        "quarantined": delivery.lines,
        "redelivered": 0,
        "problem": delivery.problem.code if delivery.problem else None,
        "new_columns": [],
    }


def _facts(run: Run, delivery: Delivery) -> dict[str, object]:
    return {
        "file": delivery.name,
        "table_name": delivery.table,
        "batch_day": delivery.day,
        "bytes": delivery.size,
        "sha256": delivery.sha256,
        "delivered": delivery.lines,
        "ingested_at": run.started_at,
    }
