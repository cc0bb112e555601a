"""Fixtures that the whole suite shares: one Spark session, because a second JVM costs 10 s."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipelines.session import build_session


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One local session with Delta on the class path, as a run builds it."""
    session = build_session(
        application="tests", local_directory=Path(tmp_path_factory.mktemp("spark"))
    )
    yield session
    session.stop()
