"""The configuration: what stands over what, what is refused, and the key file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipelines.config import Config, load_config, make_secret, read_secret
from pipelines.errors import ConfigurationError
from resolution.thresholds import FLOOR_AT
from resolution.vetoes import NAMES
from tests.sources.landing import CLUB, write_contract


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "WAREHOUSE", "LANDING", "KEY_FILE", "MODEL"):
        monkeypatch.delenv(f"SCV_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "scv.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_options_stand_over_the_environment_and_it_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_config().warehouse == tmp_path / "warehouse"
    write(tmp_path, "warehouse: from-file\nlanding: from-file\nspark: {memory: 5g}\n")
    assert load_config().warehouse == tmp_path / "from-file"
    monkeypatch.setenv("SCV_WAREHOUSE", "from-environment")
    monkeypatch.setenv("SCV_KEY_FILE", "other.key")
    config = load_config()
    assert config.warehouse == tmp_path / "from-environment"
    assert config.landing == tmp_path / "from-file"
    assert config.secret_path == tmp_path / "other.key"
    config = load_config(warehouse=Path("from-option"), landing=None)
    assert config.warehouse == tmp_path / "from-option"
    assert config.landing == tmp_path / "from-file"
    assert config.spark.settings().memory == "5g"


def test_paths_are_relative_to_the_file_that_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_contract(tmp_path / "etc" / "feeds", CLUB)
    path = write(tmp_path / "etc", "warehouse: w\nsources: [feeds]\nmodel: m.json\nlanding: /l\n")
    for config in (load_config(path), _from_environment(monkeypatch, path)):
        assert config.warehouse == tmp_path / "etc" / "w"
        assert config.model == tmp_path / "etc" / "m.json"
        assert config.landing == Path("/l")
        assert [source.feed for source in config.catalog().sources][:2] == ["club", "crm"]


def _from_environment(monkeypatch: pytest.MonkeyPatch, path: Path) -> Config:
    monkeypatch.setenv("SCV_CONFIG", str(path))
    return load_config()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour: red\n", ["colour", "Extra inputs are not permitted"]),
        ("spark: {memory: lots}\n", ["spark.memory"]),
        ("spark: {cores: 4}\n", ["spark.cores", "Extra inputs"]),
        ("quality: {largest_held_share: 2}\n", ["quality.largest_held_share", "less than"]),
        ("sources: 5\n", ["sources", "valid tuple"]),
        ("sources: contracts\n", ["sources", "valid tuple"]),
        ("schedule: {cron: 0 25 * * *}\n", ["schedule.cron", "'25' is no hour"]),
        ("schedule: {cron: daily}\n", ["schedule.cron", "five fields"]),
        ("schedule: {time_zone: Mars}\n", ["schedule.time_zone", "Europe/London"]),
        (
            "linking: {vetoes: [twins]}\n",
            ["linking.vetoes", "there are no vetoes ['twins']", "father_and_son"],
        ),
        (
            "linking: {cut_bits: -4, floor_bits: -4}\n",
            ["linking", "floor_bits (-4) must be below cut_bits (-4)", "parts nothing"],
        ),
        (
            "linking: {cut_bits: -6}\n",
            ["linking", "floor_bits (-5) must be below cut_bits (-6)"],
        ),
        ("- warehouse\n", ["'key: value' lines", "scv init"]),
        ("warehouse: [\n", ["cannot be read as YAML"]),
    ],
)
def test_mistakes_are_refused_with_their_place(tmp_path: Path, text: str, says: list[str]) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load_config(path)
    for part in [str(path), *says]:
        assert part in str(caught.value)


def test_vetoes_are_switched_off_by_name_in_any_order(tmp_path: Path) -> None:
    assert load_config().linking.guard.vetoes == NAMES
    path = write(tmp_path, f"linking: {{vetoes: [{NAMES[2]}, {NAMES[0]}, {NAMES[2]}]}}\n")
    assert load_config(path).linking.guard.vetoes == (NAMES[0], NAMES[2])
    write(tmp_path, "linking: {vetoes: []}\n")
    assert load_config(path).linking.guard.vetoes == ()


def test_the_floor_of_a_mean_is_a_setting_of_the_guard(tmp_path: Path) -> None:
    assert load_config().linking.guard.floor == FLOOR_AT
    path = write(tmp_path, "linking: {floor_bits: -7.5}\n")
    assert load_config(path).linking.guard.floor == -7_500


def test_a_file_that_is_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist; 'scv init' writes one"):
        load_config(tmp_path / "none.yml")
    write(tmp_path, "")
    assert load_config().warehouse == tmp_path / "warehouse"


def test_only_own_feeds_where_the_shipped_ones_are_switched_off(tmp_path: Path) -> None:
    write_contract(tmp_path / "feeds", CLUB)
    write(tmp_path, "shipped_sources: false\nsources: [feeds]\n")
    assert [source.feed for source in load_config().catalog().sources] == ["club"]


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "scv.key"
    make_secret(path)
    secret = read_secret(path)
    assert len(secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        make_secret(path)
    assert read_secret(path) == secret
    make_secret(tmp_path / "other.key")
    assert read_secret(tmp_path / "other.key") != secret


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "missing"), (b"no key", "no key file"), (b"00ff\n", "too short"),
     (b"\xff\xfe", "no key file")],
)  # fmt: skip
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "scv.key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=says) as caught:
        read_secret(path)
    assert str(path) in str(caught.value)


def test_a_key_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be read: Is a directory"):
        read_secret(tmp_path)
