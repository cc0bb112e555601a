"""What must hold of numbers about whole tables: keys, references, sizes, change since last time.

The numbers come from `quality.measures`, one row with a column per measure.
"""

from __future__ import annotations

import great_expectations as gx
import great_expectations.expectations as gxe

from quality.measures import Measure
from quality.suites.naming import described


def measure_suite(table: str, measures: list[Measure]) -> gx.ExpectationSuite:
    """Each measure between its limits; one without a number has failed.

    The largest value of the one row is asked for, because expectations on single values leave
    nulls out and would pass.
    """
    return gx.ExpectationSuite(
        name=f"{table} measures",
        expectations=[
            gxe.ExpectColumnMaxToBeBetween(
                column=measure.name,
                min_value=measure.minimum,
                max_value=measure.maximum,
                # The library knows no third severity; whoever takes the measure does.
                severity="warning" if measure.severity == "warning" else "critical",
                meta=described(measure.name, measure.because),
            )
            for measure in measures
        ],
    )
