"""Splink's own way on Spark: the plain script's identities and model, scored and clustered there.

The model is trained on DuckDB before, as anybody would who knows what training on Spark takes. The
yardstick of `linking.engine: spark`; prints seconds as one JSON document, the session's start left
out. Memory, parallelism and code generation are set as in Splink's own tutorial for Spark.

    python -m benchmarks.naive_spark LANDING
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession
from splink import DuckDBAPI, Linker, SparkAPI
from splink.internals.spark.jar_location import similarity_jar_location

from benchmarks.naive import MATCH_WEIGHT, model_settings, read_identities, train


def trained(identities: pa.Table) -> dict[str, Any]:
    """The plain script's model as settings for Spark: a saved model holds DuckDB's SQL, so its
    probabilities are put into the same comparisons in Spark's.
    """
    interface = DuckDBAPI()
    linker = Linker(interface.register(identities), model_settings(), log_level=logging.ERROR)
    train(linker)
    model = linker.misc.save_model_to_json()
    settings: dict[str, Any] = model_settings().create_settings_dict("spark")
    prior = "probability_two_random_records_match"
    settings[prior] = model[prior]
    for ours, theirs in zip(settings["comparisons"], model["comparisons"], strict=True):
        pairs = zip(ours["comparison_levels"], theirs["comparison_levels"], strict=True)
        for level, known in pairs:
            learnt = ("m_probability", "u_probability")
            level |= {name: known[name] for name in learnt if name in known}
    return settings


def linked(session: SparkSession, identities: pa.Table, settings: dict[str, Any]) -> int:
    """Score and cluster as Splink does on Spark; how many clusters."""
    interface = SparkAPI(spark_session=session)  # type: ignore[no-untyped-call]
    frame = session.createDataFrame(identities)
    linker = Linker(interface.register(frame), settings, log_level=logging.ERROR)
    predictions = linker.inference.predict(threshold_match_weight=MATCH_WEIGHT)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predictions, threshold_match_weight=MATCH_WEIGHT
    )
    frame = session.table(clusters.physical_name)
    return frame.select("cluster_id").distinct().count()


def main() -> None:
    """Time what comes after reading and training."""
    identities = read_identities(Path(sys.argv[1]))
    settings = trained(identities)
    with tempfile.TemporaryDirectory() as scratch:
        session = (
            SparkSession.Builder()
            .master("local[*]")
            .config("spark.jars", similarity_jar_location())
            .config("spark.driver.memory", "12g")
            .config("spark.default.parallelism", "8")
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.ui.enabled", "false")
            .config("spark.local.dir", scratch)
            .config("spark.sql.warehouse.dir", f"{scratch}/warehouse")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        session.sparkContext.setCheckpointDir(f"{scratch}/checkpoints")
        began = time.monotonic()
        clusters = linked(session, identities, settings)
        seconds = time.monotonic() - began
        session.stop()
    print(json.dumps({"identities": len(identities), "clusters": clusters, "seconds": seconds}))


if __name__ == "__main__":
    main()
