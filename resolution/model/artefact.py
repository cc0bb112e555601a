"""A trained model as one JSON file: levels, integer weights, term adjustments, and its making.

Everything that a nightly run needs is in it, so that the same records score the same next year.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from resolution.errors import ModelError
from resolution.model.blocking import PREDICTION_RULES, BlockingRule
from resolution.model.features import FEATURES

SHIPPED = Path(__file__).parent / "models" / "default.json"


class Level(BaseModel):
    """A comparison level: its number (-1 = nothing to compare), SQL, and weights in milli-bits:
    against two strangers, and against two of a household.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    label: str
    condition: str
    weight: int
    household: int | None = None


class Rule(BaseModel):
    """A blocking rule, see `blocking.BlockingRule`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    columns: tuple[str, ...]
    exploded: tuple[str, ...] = ()


class Terms(BaseModel):
    """Adjustments of one column's terms in milli-bits; `unlisted` for every other term.

    Splink gives a value that is absent from its table no adjustment, so that a new rare surname
    would score as average: `unlisted` is the adjustment of the rarest listed frequency.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    unlisted: int
    adjustments: dict[str, int]


class Model(BaseModel):
    """The artefact; `version` is a name with a hash of all that decides a weight.

    `prior` is what a pair starts with against two strangers, `household_prior` against two of a
    household; a model without one knows two kinds of pairs. `rules` are None where it is made for
    the pipeline's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    name: str
    features: tuple[str, ...]
    prior: int
    household_prior: int | None = None
    comparisons: dict[str, tuple[Level, ...]]
    terms: dict[str, Terms]
    rules: tuple[Rule, ...] | None = None
    training: dict[str, Any]
    splink: dict[str, Any]

    def matches_at(self, comparison: str, label: str) -> float | None:
        """Share of matching pairs at a level, as training found it; None where it compares no such
        thing.
        """
        for one in self.splink["comparisons"]:
            for level in one["comparison_levels"]:
                if (one["output_column_name"], level.get("label_for_charts")) == (
                    comparison,
                    label,
                ):
                    return float(level["m_probability"])
        return None

    @property
    def blocking(self) -> tuple[BlockingRule, ...]:
        """The rules by which pairs are found."""
        if self.rules is None:
            return PREDICTION_RULES
        return tuple(BlockingRule(**rule.model_dump()) for rule in self.rules)


def versioned(model: Model) -> Model:
    """The model with the version that its content gives: its name and eight digits of a hash of
    what decides a weight.
    """
    decides = {"prior", "household_prior", "comparisons", "terms", "rules"}
    content = model.model_dump(mode="json", include=decides, exclude_none=True)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    version = f"{model.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return model.model_copy(update={"version": version})


def write_model(model: Model, path: Path) -> None:
    """Write the artefact beside itself first, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    text = json.dumps(model.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)


def read_model(path: Path) -> Model:
    """The artefact at `path`; `ModelError` with the command to type where it cannot be used."""
    if not path.exists():
        raise ModelError(f"there is no model at {path}; train one: scv train --out {path}")
    try:
        model = Model.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError, OSError) as error:
        raise ModelError(
            f"{path} is no model of this release; train it anew: scv train --out {path}"
        ) from error
    version = versioned(model).version
    if model.version != version:
        raise ModelError(
            f"{path} says that it is {model.version}, and its content is {version}: it was changed"
            " after training; edges would name a model that never scored them."
            f" Train it anew, or give it that version: scv train --out {path}"
        )
    if model.rules is not None:
        raise ModelError(
            f"{path} was made by 'scv link' for its own tables, and its blocking rules are of their"
            f" columns; train one on the warehouse: scv train --out {path}"
        )
    missing = sorted(set(model.features) - set(FEATURES))
    if missing:
        raise ModelError(
            f"the model {model.version} compares columns that records don't have: {missing};"
            f" train it anew: scv train --out {path}"
        )
    return model
