"""Trial of a contract on an empty file, to see whether its expressions name real columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from sources.contract import FileContract, SourceContract
from sources.errors import ContractError
from sources.mapping import event_rows, record_rows, spoken_keys, stated_links, typed_rows
from sources.reading import BATCH_DAY, FILE, LINE, ROW_HASH


def try_contract(session: SparkSession, source: SourceContract, contract: FileContract) -> None:
    """Let Spark analyse every mapping; `ContractError` names the mapping that fails."""
    schema = StructType(
        [
            StructField(name, StringType())
            for name in (*contract.columns, FILE, LINE, BATCH_DAY, ROW_HASH)
        ]
    )
    delivered = session.createDataFrame([], schema)
    typed = typed_rows(delivered, contract)
    attempts: dict[str, Callable[[], DataFrame]] = {
        **{
            f"records of {mapping.source}": partial(record_rows, typed, source, mapping)
            for mapping in contract.records
        },
        **{f"links of {link.kind}": partial(stated_links, typed, link) for link in contract.links},
        **{
            f"events of {mapping.kind}": partial(event_rows, typed, contract, mapping)
            for mapping in contract.events
        },
    }
    if attempts:
        # Last, since it names no mapping: what a night reads of the file to find its rows.
        attempts["keys"] = partial(spoken_keys, delivered, contract)
    for place, attempt in attempts.items():
        try:
            attempt().schema  # noqa: B018  (analysis happens here)
        except (AnalysisException, ParseException) as error:
            reason = str(error).splitlines()[0]
            raise ContractError(
                f"{source.feed}: {contract.table}, {place}: {reason}."
                " Use columns that the contract declares"
            ) from error
