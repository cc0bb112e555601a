"""The cycle collector rests while rows are made, and is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from pipelines.cycles import no_cycle_collection


def test_the_collector_rests_and_comes_back_even_after_an_error() -> None:
    assert gc.isenabled()
    with no_cycle_collection():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="row"), no_cycle_collection():
        raise ValueError("row")
    assert gc.isenabled()


def test_a_collector_that_somebody_switched_off_stays_off() -> None:
    gc.disable()
    try:
        with no_cycle_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
