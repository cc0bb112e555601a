"""Feeds that the tests of this folder only read: one noisy and one clean set."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.feeds import GeneratedFeeds, generate
from generator.settings import GeneratorSettings
from tests.generator.simple_reader import Feeds, read_feeds


@pytest.fixture(scope="session")
def noisy_result(tmp_path_factory: pytest.TempPathFactory) -> GeneratedFeeds:
    directory: Path = tmp_path_factory.mktemp("noisy")
    return generate(directory, GeneratorSettings(persons=3000, days=4, seed=11))


@pytest.fixture(scope="session")
def noisy(noisy_result: GeneratedFeeds) -> Feeds:
    return read_feeds(noisy_result.directory)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Feeds:
    directory = tmp_path_factory.mktemp("clean")
    generate(directory, GeneratorSettings(persons=3000, days=4, seed=11, noise=0.0))
    return read_feeds(directory)
