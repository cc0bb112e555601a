"""Python functions on Arrow arrays as Column functions."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow as pa
from pyspark.sql import Column
from pyspark.sql.pandas.functions import arrow_udf


def column_function(function: Callable[..., pa.Array], result_type: str) -> Callable[..., Column]:
    """A Column function of an annotated function from Arrow arrays to one array, same length.

    `result_type` is Spark DDL. Spark reads the kind of function from the annotations and warns
    where it is named besides; its type stubs know no call without it.
    """
    return arrow_udf(function, result_type)  # type: ignore[call-overload, no-any-return]


@contextmanager
def without_cycle_collection() -> Iterator[None]:
    """Python's cycle collector put off: a batch of names makes no cycles, and walking over its
    tuples and the caches took 27 % of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
