"""The naive peer: what a good data scientist writes in an afternoon on the same landing folder.

Plain Python reads the four feeds, cleans lightly and keeps one row per identity; Splink on DuckDB
trains on that table, scores it and clusters it at one threshold. No quarantine, no history, no
incremental runs, no checks, no golden table: its accuracy and its seconds are the measure that
the pipeline is held against. It shares no code with the pipeline, so that neither can hide a
mistake of the other; only `--truth` uses the project's evaluation.

    python -m benchmarks.naive LANDING OUT_DIR [--truth FILE]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import logging
import math
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.clustering import cluster_pairwise_predictions_at_threshold

MATCH_PROBABILITY = 0.95
MATCH_WEIGHT = math.log2(MATCH_PROBABILITY / (1 - MATCH_PROBABILITY))
# A phone or e-mail of more identities than this is a till's, a shop's or a placeholder.
SHARED_BY_TOO_MANY = 30
# The last eight digits are the same with and without country code and trunk zero, in Hong Kong too.
PHONE_DIGITS = 8
RANDOM_PAIRS = 2e6
SEED = 1

TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "mx"}
COLUMNS = ("given", "family", "birth_date", "email", "phone", "postcode", "login")

Row = dict[str, Any]
Result = TypeVar("Result")


class Stopwatch:
    """Runs steps and prints their seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def run(self, name: str, step: Callable[[], Result]) -> Result:
        """Run one step, print how long it took, and hand on its result."""
        start = time.perf_counter()
        result = step()
        self.seconds[name] = time.perf_counter() - start
        print(f"{name:<12}{self.seconds[name]:8.1f} s", flush=True)
        return result


def csv_rows(landing: Path, pattern: str) -> Iterator[Row]:
    """Rows of all days in order; rows with too few or too many fields are skipped.

    Each line is parsed by itself: a stray quote would swallow all lines up to the next one.
    """
    for path in sorted(landing.glob(pattern)):
        with path.open(encoding="utf-8-sig", errors="replace") as lines:
            names = next(csv.reader([next(lines, "")]), [])
            for line in lines:
                fields = next(csv.reader([line]), [])
                if len(fields) == len(names):
                    yield dict(zip(names, fields, strict=True))


def json_rows(landing: Path, pattern: str) -> Iterator[Row]:
    """Objects of all days in order; lines that are no object are skipped."""
    for path in sorted(landing.glob(pattern)):
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for line in lines:
                try:
                    row = json.loads(line.decode("utf-8-sig", errors="replace"))
                except json.JSONDecodeError:
                    continue
                if isinstance(row, dict):
                    yield row


def clean_words(name: str | None) -> list[str]:
    """Lower-case words without accents, punctuation and titles."""
    if not name:
        return []
    plain = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word for word in re.split(r"[^\w]+", plain) if word and word not in TITLES]


def split_name(name: str | None) -> tuple[str | None, str | None]:
    """Given and family name of a full name: 'Family, Given' or 'Given Family'."""
    if name and "," in name:
        family, _, given = name.partition(",")
        return joined(given), joined(family)
    words = clean_words(name)
    if len(words) < 2:
        return (words[0] if words else None), None
    return " ".join(words[:-1]), words[-1]


def joined(name: str | None) -> str | None:
    """Clean words as one text, None when nothing is left."""
    return " ".join(clean_words(name)) or None


def clean_email(email: str | None) -> str | None:
    """Lower case, and only what looks like an address."""
    email = (email or "").strip().lower()
    return email if re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", email) else None


def clean_phone(*phones: str | None) -> str | None:
    """The last digits of the first phone that has enough of them and not all the same."""
    for phone in phones:
        digits = re.sub(r"\D", "", phone or "")[-PHONE_DIGITS:]
        if len(digits) == PHONE_DIGITS and len(set(digits)) > 1:
            return digits
    return None


def clean_date(date: str | None) -> str | None:
    """ISO text from ISO or dd/mm/yyyy."""
    date = (date or "").strip()
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", date):
        date = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    valid = re.fullmatch(r"\d{4}-\d\d-\d\d", date) and not date.endswith("01-01")
    return date if valid else None


def clean_postcode(postcode: str | None) -> str | None:
    """Upper case without spaces."""
    return re.sub(r"\s", "", postcode or "").upper() or None


def crm_identities(landing: Path) -> Iterator[Row]:
    """The latest row of each contact."""
    latest = {row["contact_id"]: row for row in csv_rows(landing, "crm/dt=*/contacts.csv")}
    for key, row in latest.items():
        yield {
            "source": "crm",
            "key": key,
            "given": joined(row["first_name"]),
            "family": joined(row["last_name"]),
            "birth_date": clean_date(row["date_of_birth"]),
            "email": clean_email(row["email"]),
            "phone": clean_phone(row["mobile"], row["phone_home"]),
            "postcode": clean_postcode(row["postal_code"]),
        }


def member_identities(landing: Path) -> Iterator[Row]:
    """The latest row of each loyalty card."""
    latest = {row["card_no"]: row for row in csv_rows(landing, "store/dt=*/members.csv")}
    for key, row in latest.items():
        given, family = split_name(row["member_name"])
        yield {
            "source": "store_member",
            "key": key,
            "given": given,
            "family": family,
            "birth_date": clean_date(row["birth_date"]),
            "email": clean_email(row["email"]),
            "phone": clean_phone(row["phone"]),
            "postcode": clean_postcode(row["postal_code"]),
        }


def receipt_identities(landing: Path) -> Iterator[Row]:
    """Receipts that carry a name, phone or e-mail but no card."""
    seen: set[str] = set()
    for row in csv_rows(landing, "store/dt=*/receipts.csv"):
        personal = row["customer_name"] or row["phone"] or row["email_for_receipt"]
        if row["loyalty_card_no"] or not personal or row["receipt_id"] in seen:
            continue
        seen.add(row["receipt_id"])
        given, family = split_name(row["customer_name"])
        yield {
            "source": "store_receipt",
            "key": row["receipt_id"],
            "given": given,
            "family": family,
            "email": clean_email(row["email_for_receipt"]),
            "phone": clean_phone(row["phone"]),
        }


def web_identities(landing: Path) -> Iterator[Row]:
    """Users and cookies with the latest traits; a cookie remembers who logged in on it last."""
    users: dict[str, Row] = {}
    cookies: dict[str, Row] = {}
    for event in json_rows(landing, "web/dt=*/events.jsonl.gz"):
        traits = {name: value for name, value in (event.get("traits") or {}).items() if value}
        user, cookie = event.get("user_id"), event.get("anonymous_id")
        if user:
            users.setdefault(user, {"login": user}).update(traits)
        if cookie:
            cookies.setdefault(cookie, {}).update({**traits, "login": user} if user else traits)
    for source, found in (("web_user", users), ("web_anonymous", cookies)):
        for key, traits in found.items():
            yield {
                "source": source,
                "key": key,
                "given": joined(traits.get("first_name")),
                "family": joined(traits.get("last_name")),
                "email": clean_email(traits.get("email")),
                "phone": clean_phone(traits.get("phone")),
                "login": traits.get("login"),
            }


def social_identities(landing: Path) -> Iterator[Row]:
    """The latest author of each handle."""
    latest: dict[str, Row] = {}
    for post in json_rows(landing, "social/dt=*/posts.jsonl"):
        author = post.get("author") or {}
        if post.get("network") and author.get("handle"):
            latest[f"{post['network']}:{author['handle']}"] = author
    for key, author in latest.items():
        given, family = split_name(author.get("display_name"))
        yield {
            "source": "social",
            "key": key,
            "given": given,
            "family": family,
            "email": clean_email(author.get("linked_email")),
        }


def read_identities(landing: Path) -> pa.Table:
    """One row per identity of all feeds."""
    readers = (
        crm_identities,
        member_identities,
        receipt_identities,
        web_identities,
        social_identities,
    )
    rows = [row for reader in readers for row in reader(landing)]
    drop_shared_values(rows)
    table = {
        name: pa.array([row.get(name) for row in rows], pa.string())
        for name in ("source", "key", *COLUMNS)
    }
    return pa.table({"unique_id": pa.array(range(len(rows)), pa.int64()), **table})


def drop_shared_values(rows: list[Row]) -> None:
    """Blank the e-mails and phones that too many identities share."""
    for column in ("email", "phone"):
        counts = Counter(row.get(column) for row in rows)
        for row in rows:
            if counts[row.get(column)] > SHARED_BY_TOO_MANY:
                row[column] = None


def model_settings() -> SettingsCreator:
    """Comparisons and blocking rules, mostly Splink's ready-made ones."""
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            comparisons.ForenameSurnameComparison("given", "family"),
            comparisons.DateOfBirthComparison("birth_date", input_is_string=True),
            comparisons.EmailComparison("email").configure(term_frequency_adjustments=True),
            comparisons.ExactMatch("phone").configure(term_frequency_adjustments=True),
            comparisons.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("given", "family"),
            block_on("birth_date", "substr(family, 1, 1)"),
        ],
    )


def train(linker: Linker) -> None:
    """Estimate the prior from certain rules, u by sampling and m by two EM sessions."""
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("email"), block_on("phone"), block_on("given", "family", "birth_date")],
        recall=0.6,
    )
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    training.estimate_parameters_using_expectation_maximisation(block_on("email"))
    training.estimate_parameters_using_expectation_maximisation(block_on("given", "family"))


def cluster(interface: DuckDBAPI, predictions: str) -> str:
    """Join predicted pairs and the cookies that a user logged in on; returns the table's name."""
    connection = interface.duckdb_con
    connection.execute(
        f"""
        create table links as
        select unique_id_l, unique_id_r from {predictions}
        union
        select person.unique_id, cookie.unique_id
        from identities as person join identities as cookie using (login)
        where person.source = 'web_user' and cookie.source = 'web_anonymous'
        """
    )
    found = cluster_pairwise_predictions_at_threshold(
        interface.register("identities"), interface.register("links"), interface, "unique_id"
    )
    return str(found.physical_name)


def write_clusters(connection: duckdb.DuckDBPyConnection, clusters: str, path: Path) -> None:
    """Write source, key and cluster_id of every identity."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = connection.sql(
        f'select source, "key", cluster_id from identities join {clusters} using (unique_id)'
    )
    table.write_csv(str(path))


def link(landing: Path, out_directory: Path, match_weight: float = MATCH_WEIGHT) -> Path:
    """Link all feeds of a landing folder.

    Args:
        landing: folder with crm/, store/, web/ and social/, each with daily drops.
        out_directory: where clusters.csv (source, key, cluster_id) is written.
        match_weight: pairs of at least this weight (in bits) are joined.

    Returns:
        The path of clusters.csv.
    """
    watch = Stopwatch()
    identities = watch.run("read", lambda: read_identities(landing))
    connection = duckdb.connect()
    connection.register("read_identities", identities)
    connection.execute("create table identities as select * from read_identities")
    interface = DuckDBAPI(connection=connection)
    linker = Linker(interface.register("identities"), model_settings(), log_level=logging.ERROR)
    watch.run("train", lambda: train(linker))
    predictions = watch.run(
        "predict", lambda: linker.inference.predict(threshold_match_weight=match_weight)
    )
    clusters = watch.run("cluster", lambda: cluster(interface, predictions.physical_name))
    path = out_directory / "clusters.csv"
    watch.run("write", lambda: write_clusters(connection, clusters, path))
    connection.close()
    print(f"{'total':<12}{sum(watch.seconds.values()):8.1f} s for {len(identities):,} identities")
    return path


def print_scores(clusters: Path, truth: Path) -> None:
    """Print how well the clusters agree with the truth."""
    import pandas as pd
    from rich.console import Console

    from resolution.evaluation import evaluate, read_truth
    from scv.evaluation_view import evaluation_tables

    assignments = pd.read_csv(clusters, dtype=str, keep_default_na=False)
    assignments = assignments.rename(columns={"key": "source_key"}).assign(script=None)
    console = Console()
    for table in evaluation_tables(evaluate(assignments, read_truth(truth))):
        console.print(table)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Link a landing folder with a plain script.")
    parser.add_argument("landing", type=Path)
    parser.add_argument("out_directory", type=Path)
    parser.add_argument("--truth", type=Path, help="print scores against this truth file")
    parser.add_argument("--threshold", type=float, default=MATCH_WEIGHT, help="match weight, bits")
    arguments = parser.parse_args()
    clusters = link(arguments.landing, arguments.out_directory, arguments.threshold)
    if arguments.truth:
        print_scores(clusters, arguments.truth)


if __name__ == "__main__":
    main()
