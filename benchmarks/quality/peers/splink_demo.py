"""The Splink peer: the set's demonstration model, trained without labels, joined at 0.95.

python -m benchmarks.quality.peers.splink_demo CONTRACT OUT_DIR FILE [FILE...]
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker, block_on

from benchmarks.quality.contract import read_contract
from benchmarks.quality.peers.clusters import write_clusters
from benchmarks.quality.peers.splink_models import KEY, MODELS, SOURCE, Model

MATCH_PROBABILITY = 0.95
RANDOM_PAIRS = 1e6
SEED = 1


def main() -> None:
    """Link the files of the command line; the contract's name chooses the model."""
    contract, out, *files = map(Path, sys.argv[1:])
    model = MODELS[contract.stem]
    connection = duckdb.connect()
    interface = DuckDBAPI(connection=connection)
    tables = []
    for file in files:
        connection.execute(_reading(file, model, read_contract(contract, file.stem).key))
        tables.append(interface.register(file.stem))
    linker = Linker(
        tables if len(tables) > 1 else tables[0], model.settings(), log_level=logging.ERROR
    )
    train(linker, model)
    predictions = linker.inference.predict(threshold_match_probability=MATCH_PROBABILITY)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predictions, threshold_match_probability=MATCH_PROBABILITY
    )
    rows = connection.sql(
        f"select {SOURCE}, {KEY}, cluster_id from {found.physical_name}"
        if len(files) > 1
        else f"select '{files[0].stem}', {KEY}, cluster_id from {found.physical_name}"
    ).fetchall()
    write_clusters(out, [(source, key) for source, key, _ in rows], [row[2] for row in rows])


def train(linker: Linker, model: Model) -> None:
    """The share of matches from certain rules, u from random pairs, m by two EM sessions."""
    training = linker.training
    training.estimate_probability_two_random_records_match([*model.certain], recall=model.recall)
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    for columns in model.training:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), estimate_without_term_frequencies=True
        )


def _reading(file: Path, model: Model, key: str) -> str:
    columns = model.columns[file.stem if file.stem in model.columns else "*"]
    return (
        f'create table "{file.stem}" as select "{key}" as {KEY}, \'{file.stem}\' as {SOURCE},'
        f" {columns} from read_csv('{file}', all_varchar = true, header = true)"
    )


if __name__ == "__main__":
    main()
