"""The sensor for new drops: no half-delivered drop, no second run for the same files."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from dagster_project.sensors import new_drops
from pipelines.delta import TableStore
from pipelines.publication_decisions import release, restore
from tests.pipelines.publications import put
from tests.sources.landing import deliver

FILE = "crm/dt=2026-01-05/contacts.csv"


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "landing").mkdir()
    monkeypatch.setenv("SCV_LANDING", str(tmp_path / "landing"))
    monkeypatch.setenv("SCV_WAREHOUSE", str(tmp_path / "warehouse"))
    return tmp_path / "landing"


def look(context: dg.SensorEvaluationContext) -> str | None:
    """The key of the run that is asked for, if one is."""
    found = new_drops(context)
    if isinstance(found, dg.SkipReason):
        return None
    assert isinstance(found, dg.SensorResult)
    (request,) = found.run_requests or []
    return request.run_key


def test_a_drop_is_taken_when_it_stays_as_it_is(landing: Path) -> None:
    context = dg.build_sensor_context()
    assert look(context) is None
    deliver(landing, FILE, "contact_id,updated_at\n")
    assert look(context) is None
    deliver(landing, FILE, "contact_id,updated_at\n1,2026-01-05\n")
    assert look(context) is None
    first = look(context)
    assert first is not None
    assert look(context) is None


def test_a_late_file_asks_for_another_run(landing: Path) -> None:
    context = dg.build_sensor_context()
    deliver(landing, FILE, "contact_id,updated_at\n1,2026-01-05\n")
    assert look(context) is None
    first = look(context)
    deliver(landing, "crm/dt=2026-01-04/contacts.csv", "contact_id,updated_at\n2,2026-01-04\n")
    assert look(context) is None
    second = look(context)
    assert None not in (first, second)
    assert first != second


def test_an_empty_landing_folder_asks_for_nothing(landing: Path) -> None:
    context = dg.build_sensor_context()
    assert [look(context) for _ in range(3)] == [None, None, None]


def test_a_pinned_publication_asks_for_nothing_until_it_is_released(
    landing: Path, tmp_path: Path
) -> None:
    store = TableStore(tmp_path / "warehouse")
    put(store, "published")
    restore(store, "p000001", "run", "ann")
    context = dg.build_sensor_context()
    deliver(landing, FILE, "contact_id,updated_at\n1,2026-01-05\n")
    assert [look(context) for _ in range(3)] == [None, None, None]
    release(store, "run", "ann")
    assert look(context) is not None
