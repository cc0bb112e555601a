"""Trial of a contract on an empty file, to see whether its expressions name real columns."""

from __future__ import annotations

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from sources.contract import FileContract, SourceContract
from sources.errors import ContractError
from sources.mapping import event_rows, link_rows, record_rows, typed_rows
from sources.reading import BATCH_DAY, FILE, LINE, ROW_HASH

_NO_SECRET = bytes(32)


def try_contract(session: SparkSession, source: SourceContract, contract: FileContract) -> None:
    """Let Spark analyse every mapping; `ContractError` names the mapping that fails."""
    schema = StructType(
        [
            StructField(name, StringType())
            for name in (*contract.columns, FILE, LINE, BATCH_DAY, ROW_HASH)
        ]
    )
    typed = typed_rows(session.createDataFrame([], schema), contract)
    attempts = {
        **{
            f"records of {mapping.source}": lambda m=mapping: record_rows(
                typed, source, m, _NO_SECRET
            )
            for mapping in contract.records
        },
        **{
            f"links of {link.kind}": lambda one=link: link_rows(typed, one, _NO_SECRET)
            for link in contract.links
        },
        **{
            f"events of {mapping.kind}": lambda m=mapping: event_rows(
                typed, contract, m, _NO_SECRET
            )
            for mapping in contract.events
        },
    }
    for place, attempt in attempts.items():
        try:
            attempt().schema  # noqa: B018  (analysis happens here)
        except (AnalysisException, ParseException) as error:
            reason = str(error).splitlines()[0]
            raise ContractError(
                f"{source.feed}: {contract.table}, {place}: {reason}."
                " Use columns that the contract declares"
            ) from error
