"""Fixtures that the whole suite shares: one Spark session, because a second JVM costs 10 s."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from generator.feeds import generate
from generator.settings import GeneratorSettings
from pipelines.session import build_session
from scv.main import app


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One local session with Delta on the class path, as a run builds it."""
    session = build_session(
        application="tests", local_directory=Path(tmp_path_factory.mktemp("spark"))
    )
    yield session
    session.stop()


@dataclass(frozen=True)
class Published:
    """A warehouse that one run filled from `feeds`. Tests read it; who writes takes a copy."""

    feeds: Path
    warehouse: Path

    @property
    def landing(self) -> Path:
        return self.feeds / "landing"

    @property
    def key(self) -> Path:
        return self.warehouse.with_name(self.warehouse.name + ".key")

    def copy_to(self, directory: Path) -> Path:
        """A warehouse of one's own with the same key; tables don't know where they lie."""
        own = directory / self.warehouse.name
        shutil.copytree(self.warehouse, own)
        shutil.copy(self.key, own.with_name(self.key.name))
        return own


@pytest.fixture(scope="session")
def published(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Three days of feeds of 300 persons through `scv run`, all at once."""
    root = tmp_path_factory.mktemp("published")
    generate(root / "feeds", GeneratorSettings(persons=300, days=3, seed=5))
    made = Published(root / "feeds", root / "warehouse")
    places = ["--landing", str(made.landing), "--warehouse", str(made.warehouse)]
    result = CliRunner().invoke(app, ["run", *places])
    assert result.exit_code == 0, result.output
    return made
