"""Export three registers of the packaged sample population of pseudopeople (United States, 2020).

    python -m benchmarks.quality.exporters.pseudopeople_sample OUT_DIR

Decennial census, forms W-2 and 1099, and the nutrition programme WIC: with the default noise, the
same without the social security number, and with several times the noise.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pseudopeople

from benchmarks.quality.exporters.writing import write_set

PERSON = "simulant_id"
# The simulator's own number of a household: no census or tax form carries it, and it has no noise.
HIDDEN = ["household_id"]
# The default of the package.
SEED = 0
NOISIER = 4
GENERATORS = {
    "decennial_census": pseudopeople.generate_decennial_census,
    "taxes_w2_and_1099": pseudopeople.generate_taxes_w2_and_1099,
    "women_infants_and_children": pseudopeople.generate_women_infants_and_children,
}


def main() -> None:
    """Write the folders pseudopeople, pseudopeople_no_ssn and pseudopeople_noisy."""
    out = Path(sys.argv[1])
    usual = registers({})
    write_set(out / "pseudopeople", usual, PERSON)
    hidden = {name: rows.drop(columns="ssn", errors="ignore") for name, rows in usual.items()}
    write_set(out / "pseudopeople_no_ssn", hidden, PERSON)
    write_set(out / "pseudopeople_noisy", registers(noisier()), PERSON)


def registers(config: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """The rows of each register under a configuration of noise."""
    made = {
        name: generate(year=2020, seed=SEED, config=config or None)
        for name, generate in GENERATORS.items()
    }
    return {name: rows.drop(columns=HIDDEN) for name, rows in made.items()}


def noisier() -> dict[str, Any]:
    """The default configuration with every cell's probability of each noise times `NOISIER`."""
    defaults = pseudopeople.get_config()
    return {
        name: {
            "column_noise": {
                column: {
                    kind: {"cell_probability": min(1.0, options["cell_probability"] * NOISIER)}
                    for kind, options in kinds.items()
                }
                for column, kinds in defaults[name]["column_noise"].items()
            }
        }
        for name in GENERATORS
    }


if __name__ == "__main__":
    main()
