"""Everything configurable, in one `scv.yml`; environment variables over it, options over both."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipelines.cron import check_cron
from pipelines.errors import ConfigurationError
from pipelines.session import SparkSettings
from resolution.guard import GuardSettings
from resolution.model.artefact import SHIPPED as SHIPPED_MODEL
from resolution.thresholds import (
    COMPARED_TOGETHER,
    CUT_AT,
    FLOOR_AT,
    KEEP_EDGE_AT,
    LARGEST_CLUSTER,
    START_AT,
)
from resolution.vetoes import NAMES as VETOES
from sources.catalog import SHIPPED as SHIPPED_SOURCES
from sources.catalog import Catalog, load_catalog

CONFIG_FILE = "scv.yml"
ENVIRONMENT = {
    "SCV_WAREHOUSE": "warehouse",
    "SCV_LANDING": "landing",
    "SCV_KEY_FILE": "key_file",
    "SCV_MODEL": "model",
}
"""Environment variables that stand over the file."""

KEY_BYTES = 32


class Section(BaseModel):
    """Every part of the configuration is frozen and refuses keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SparkSection(Section):
    """How Spark runs. The defaults suit one machine of two cores and up."""

    master: str = Field(default="local[*]", description="Spark master URL.")
    memory: str = Field(default="3g", pattern=r"^\d+[mg]$", description="Heap of the driver.")
    shuffle_partitions: int = Field(default=4, ge=1, description="Partitions of a shuffle.")
    options: dict[str, str] = Field(default={}, description="Further Spark options, as they are.")

    def settings(self, *, quick_compiler: bool = False) -> SparkSettings:
        """As the session builder takes them; `quick_compiler` suits small inputs."""
        return SparkSettings(
            quick_compiler=quick_compiler,
            master=self.master,
            memory=self.memory,
            shuffle_partitions=self.shuffle_partitions,
            options=tuple(sorted(self.options.items())),
        )


class LinkingSection(Section):
    """Where pairs are scored, and how many may be."""

    engine: Literal["auto", "duckdb", "spark"] = Field(
        default="auto",
        description="duckdb (one process), spark (all executors), or auto, by forecast memory.",
    )
    most_pairs: int = Field(
        default=500_000_000,
        ge=1,
        description="A run that would score more pairs stops before it does.",
    )
    memory: str = Field(
        default="8g",
        pattern=r"^\d+[mg]$",
        description="Forecast memory above which auto takes spark.",
    )

    start_bits: float = Field(
        default=START_AT / 1000,
        ge=KEEP_EDGE_AT / 1000,
        description="Weight from which a pair starts a component; 0 = even odds.",
    )
    cut_bits: float = Field(
        default=CUT_AT / 1000,
        description="Mean weight between two parts of a component from which they are one person.",
    )
    floor_bits: float = Field(
        default=FLOOR_AT / 1000,
        description="No pair counts for less in such a mean; below cut_bits.",
    )
    largest_cluster: int = Field(
        default=LARGEST_CLUSTER, ge=2, description="Records; a larger cluster is held."
    )
    compared_together: int = Field(
        default=COMPARED_TOGETHER,
        ge=2,
        description="Nodes of a component of which all pairs are scored; a larger one is parted.",
    )
    vetoes: tuple[str, ...] = Field(
        default=VETOES,
        description="Rules by which two records can't be one person, whatever they weigh.",
    )
    over_merge_guard: bool = Field(
        default=True,
        description="false publishes connected components as they are, to see what it does.",
    )

    @field_validator("vetoes")
    @classmethod
    def _are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """In their own order: what is in force does not depend on how it was written."""
        unknown = sorted(set(names) - set(VETOES))
        if unknown:
            raise ValueError(f"there are no vetoes {unknown}; known are {list(VETOES)}")
        return tuple(name for name in VETOES if name in names)

    @model_validator(mode="after")
    def _is_held_or_compared(self) -> Self:
        if self.compared_together < self.largest_cluster:
            raise ValueError(
                "compared_together must be at least largest_cluster: what is not compared is held"
            )
        return self

    @model_validator(mode="after")
    def _has_its_floor_below_the_cut(self) -> Self:
        if self.floor_bits >= self.cut_bits:
            raise ValueError(
                f"floor_bits ({self.floor_bits:g}) must be below cut_bits ({self.cut_bits:g}):"
                " else no mean is below the cut, and the guard parts nothing"
            )
        return self

    @property
    def guard(self) -> GuardSettings:
        return GuardSettings(
            start=round(self.start_bits * 1000),
            cut=round(self.cut_bits * 1000),
            floor=round(self.floor_bits * 1000),
            compared_together=self.compared_together,
            largest_cluster=self.largest_cluster,
            vetoes=self.vetoes,
            enabled=self.over_merge_guard,
        )

    @property
    def memory_bytes(self) -> int:
        return int(self.memory[:-1]) * {"m": 1 << 20, "g": 1 << 30}[self.memory[-1]]


class ScheduleSection(Section):
    """When the nightly run starts."""

    cron: str = Field(default="0 2 * * *", description="Cron expression.")
    time_zone: str = Field(default="UTC", description="Time zone of the cron expression.")

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, cron: str) -> str:
        check_cron(cron)
        return cron

    @field_validator("time_zone")
    @classmethod
    def _is_time_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"'{name}' is no time zone such as Europe/London")
        return name


class AlertsSection(Section):
    """Who hears of a run that failed, beside its log."""

    command: tuple[str, ...] = Field(
        default=(), description="Program and arguments; gets a JSON message on standard input."
    )
    webhook: str | None = Field(
        default=None, pattern=r"^https?://", description="URL that gets the message by POST."
    )


class QualitySection(Section):
    """What the golden checks allow; floors and ceilings of feeds stand in their contracts."""

    largest_held_share: float = Field(
        default=0.02, ge=0, le=1, description="Share of records that may be held."
    )
    largest_fill_rate_drop: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Points that a fill rate may fall since the last publication.",
    )
    largest_customer_drop: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of customers that may vanish since the last one.",
    )
    largest_upgrade_churn: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="Share of records that another model, rule or release may give another"
        " customer; more holds the candidate for approval.",
    )


class Config(Section):
    """The whole configuration; paths are relative to the file that names them."""

    warehouse: Path = Field(default=Path("warehouse"), description="Folder of all Delta tables.")
    landing: Path = Field(default=Path("landing"), description="Folder where feeds are delivered.")
    key_file: Path | None = Field(
        default=None,
        description="Secret of the record ids; default <warehouse>.key beside the warehouse.",
    )
    sources: tuple[Path, ...] = Field(
        default=(), description="Further folders of <feed>/source.yml; they win over shipped feeds."
    )
    shipped_sources: bool = Field(
        default=True, description="Whether the four shipped feeds are used."
    )
    writer_wait: int = Field(
        default=0,
        ge=0,
        description="Seconds that a run waits for another one that writes to the warehouse.",
    )
    model: Path = Field(default=SHIPPED_MODEL, description="Trained model that the run applies.")
    spark: SparkSection = SparkSection()
    linking: LinkingSection = LinkingSection()
    schedule: ScheduleSection = ScheduleSection()
    quality: QualitySection = QualitySection()
    alerts: AlertsSection = AlertsSection()

    @property
    def secret_path(self) -> Path:
        return self.key_file or self.warehouse.with_name(self.warehouse.name + ".key")

    def catalog(self) -> Catalog:
        """The feeds of this configuration."""
        shipped = (SHIPPED_SOURCES,) if self.shipped_sources else ()
        return load_catalog((*shipped, *self.sources))


def load_config(path: Path | None = None, **options: Any) -> Config:
    """`scv.yml` (here, or at `path`), then the environment, then options that are not None.

    Raises `ConfigurationError` that names each mistake and its place.
    """
    explicit = path or (Path(os.environ["SCV_CONFIG"]) if "SCV_CONFIG" in os.environ else None)
    file = explicit or Path(CONFIG_FILE)
    if explicit is not None and not file.exists():
        raise ConfigurationError(f"{file} does not exist; 'scv init' writes one")
    document = _read(file) if file.exists() else {}
    base = file.resolve().parent
    for key in ("warehouse", "landing", "key_file", "model"):
        if document.get(key) is not None:
            document[key] = base / Path(str(document[key]))
    # Anything but a list is left to the model, which says what is wrong with it.
    if isinstance(document.get("sources"), list):
        document["sources"] = [base / Path(str(folder)) for folder in document["sources"]]
    for variable, key in ENVIRONMENT.items():
        if os.environ.get(variable):
            document[key] = os.environ[variable]
    document |= {key: value for key, value in options.items() if value is not None}
    try:
        config = Config.model_validate(document)
    except ValidationError as error:
        mistakes = "\n".join(
            f"  {'.'.join(str(part) for part in mistake['loc']) or '(top)'}: {mistake['msg']}"
            for mistake in error.errors()
        )
        raise ConfigurationError(f"{file}: wrong configuration\n{mistakes}") from error
    return config.model_copy(
        update={
            "warehouse": config.warehouse.absolute(),
            "landing": config.landing.absolute(),
            "key_file": config.key_file.absolute() if config.key_file else None,
            "model": config.model.absolute(),
        }
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read as YAML: {error}") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file} must hold 'key: value' lines, see 'scv init'")
    return document


def make_secret(path: Path) -> None:
    """A new secret for record ids, readable by its owner alone; never over an old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(KEY_BYTES) + "\n")


def read_secret(path: Path) -> bytes:
    """The secret's bytes; `ConfigurationError` where there is none or it is no secret."""
    try:
        text = path.read_text(encoding="ascii").strip()
        secret = bytes.fromhex(text)
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"the key file {path} is missing; record ids can't be made without it."
            " Restore it from your backup, or type 'scv init' for a new warehouse"
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"the key file {path} can't be read: {error.strerror}; name another as key_file"
        ) from error
    except ValueError as error:
        raise ConfigurationError(f"{path} is no key file; 'scv init' makes one") from error
    if len(secret) < KEY_BYTES:
        raise ConfigurationError(f"{path} is too short for a key; 'scv init' makes one")
    return secret
