"""What a contract promises of its files, asked of the account of each file.

One row per file: lines delivered, accounted (accepted + quarantined + redelivered), and shares.
"""

from __future__ import annotations

import great_expectations as gx
import great_expectations.expectations as gxe

from quality.suites.naming import described
from sources.contract import Bound, FileContract


def feed_suite(contract: FileContract) -> gx.ExpectationSuite:
    """Reconciliation to the line, and the contract's floors and ceilings."""
    expectations = [
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="delivered",
            column_B="accounted",
            severity="critical",
            meta=described(
                "every_line_accounted",
                "A line that is neither accepted, quarantined nor redelivered was lost.",
            ),
        ),
        gxe.ExpectColumnValuesToBeNull(
            column="problem",
            severity="warning",
            meta=described("no_file_set_aside", "A file broke its contract as a whole."),
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="new_columns",
            max_value=0,
            severity="warning",
            meta=described("no_new_columns", "A new column is kept in bronze but used by nobody."),
        ),
        *[_bound(bound) for bound in contract.bounds],
    ]
    if contract.delivery == "snapshot":
        expectations.append(_snapshot_floor(contract.minimum_share_of_last))
    return gx.ExpectationSuite(name=contract.table, expectations=expectations)


def _snapshot_floor(minimum: float) -> gxe.Expectation:
    """Absence from a snapshot is a delete, so half a snapshot would delete half the people."""
    return gxe.ExpectColumnValuesToBeBetween(
        column="share_of_last",
        min_value=minimum,
        severity="critical",
        meta=described("snapshot_is_whole", "A snapshot this small was delivered in part."),
    )


def _bound(bound: Bound) -> gxe.Expectation:
    """Floors and ceilings: rows are counted a file, shares over all files of the run."""
    column = bound.metric if bound.column is None else f"{bound.metric}_{bound.column}"
    return gxe.ExpectColumnValuesToBeBetween(
        column=column,
        min_value=bound.minimum,
        max_value=bound.maximum,
        severity="critical" if bound.critical else "warning",
        meta=described(f"bound_{column}", bound.because),
    )
