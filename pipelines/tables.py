"""The catalogue of tables: names, schemas, and which of them make up a publication."""

from __future__ import annotations

from resolution.golden.schema import (
    ATTRIBUTES,
    CROSSWALK,
    CROSSWALK_HISTORY,
    CUSTOMERS,
    IDENTIFIER_RESOLUTION,
    IDENTITY_HISTORY,
)
from resolution.judgements.judgement import JUDGEMENTS
from resolution.schema import CLUSTERS, CONSTRAINTS, EDGES, IDENTITIES, NODES, PINS
from sources.catalog import Catalog
from sources.contract import FileContract
from sources.event import EVENTS
from sources.record import LINKS, RECORDS
from sources.schema import Field, TableSchema

FILES = TableSchema(
    name="ops.files",
    grain="delivered file",
    about=(
        "What became of every delivered file. Counts are of lines that are not blank, without "
        "headers; delivered = accepted + quarantined + redelivered, always."
    ),
    key=("file", "sha256"),
    fields=(
        Field("file", "string", "Path within the landing folder.", required=True),
        Field("table_name", "string", "Kind of file: its bronze table.", required=True),
        Field("batch_day", "date", "Day of the drop.", required=True),
        Field("bytes", "bigint", "Size as delivered."),
        Field("sha256", "string", "Hash of the bytes as delivered.", required=True),
        Field("delivered", "bigint", "Lines by a counter that shares no code with the reader."),
        Field("accepted", "bigint", "Lines of rows that are new to us."),
        Field("quarantined", "bigint", "Lines of rows or files that were set aside."),
        Field("redelivered", "bigint", "Lines of rows that had come before, to the letter."),
        Field("problem", "string", "Why the whole file was set aside, if it was."),
        Field("new_columns", "array<string>", "Columns that the contract does not know."),
        Field("ingested_at", "timestamp", "When it was read, UTC."),
    ),
)

FILE_DECISIONS = TableSchema(
    name="ops.file_decisions",
    grain="decision about a delivered file",
    about=(
        "Files that were to be taken out again or taken in anew. A system of record: nothing "
        "computes it again, and a restore of a publication does not touch it."
    ),
    key=("file", "sha256", "decided_at"),
    fields=(
        Field("file", "string", "Path within the landing folder.", required=True),
        Field("sha256", "string", "Hash of the bytes that the decision is about.", required=True),
        Field("action", "string", "withdraw or replay.", required=True),
        Field("reason", "string", "Why, in the words of who decided."),
        Field("decided_by", "string", "Account of the operating system that decided."),
        Field("decided_at", "timestamp", "When, UTC.", required=True),
    ),
)

CHECK_RESULTS = TableSchema(
    name="ops.check_results",
    grain="check and run",
    about="Every check of every run: what was asked, what was found, and how much it matters.",
    key=("run_id", "table_name", "check_name"),
    fields=(
        Field("run_id", "string", "The run.", required=True),
        Field("publication", "string", "The candidate that was checked.", required=True),
        Field("table_name", "string", "Table that was checked.", required=True),
        Field("check_name", "string", "Name of the check.", required=True),
        Field(
            "severity",
            "string",
            "critical stops the publication, holding lets a person decide, warning stops nothing.",
        ),
        Field("passed", "boolean", "Whether it holds.", required=True),
        Field("observed", "string", "Numbers that were found; never values of persons."),
        Field("expected", "string", "What was asked for."),
        Field("failing", "bigint", "Rows that break it, where rows can."),
        Field("failing_keys", "array<string>", "Opaque keys of some of these rows."),
        Field("checked_at", "timestamp", "When, UTC."),
    ),
)

PUBLICATIONS = TableSchema(
    name="ops.publications",
    grain="publication or rejected candidate",
    about=(
        "The manifest. The commit that appends a row is the moment of publication; the last row "
        "with state published, approved, restored, released, maintained or migrated is what "
        "readers see."
    ),
    key=("publication",),
    fields=(
        Field("publication", "string", "Id, such as p000012.", required=True),
        Field(
            "state",
            "string",
            "published, approved (a held candidate), restored (pinned), released, maintained, "
            "migrated; held, rejected, or archived: history out of a backup.",
            required=True,
        ),
        Field("created_at", "timestamp", "When, UTC.", required=True),
        Field("run_id", "string", "Run that made it."),
        Field("tables", "map<string, bigint>", "Version of each table."),
        Field(
            "counts", "map<string, bigint>", "Rows of each table and other numbers, such as churn."
        ),
        Field("model_version", "string", "Model that linked."),
        Field("code_version", "string", "Release that ran."),
        Field("rules_version", "string", "Hash of contracts, survivorship and thresholds."),
        Field("key_check", "string", "Fingerprint of the secret behind the record ids."),
        Field("inputs", "array<string>", "Files that came in with it."),
        Field("failed_checks", "array<string>", "Checks that failed, with their severity."),
        Field("restored_from", "string", "Publication that a restore brought back."),
        Field("schema_version", "bigint", "Version of the tables' columns; empty stands for 1."),
        Field("approved_from", "string", "Held candidate that a person approved."),
        Field("decided_by", "string", "Who restored, released or approved."),
        Field("reason", "string", "Why it was approved."),
    ),
)

RUNS = TableSchema(
    name="ops.runs",
    grain="stage of a run",
    about="How long each stage took and how many rows it left, run by run.",
    key=("run_id", "stage"),
    fields=(
        Field("run_id", "string", "The run.", required=True),
        Field("publication", "string", "Its candidate.", required=True),
        Field("stage", "string", "The stage.", required=True),
        Field("started_at", "timestamp", "When it began, UTC."),
        Field("seconds", "double", "How long it took."),
        Field("rows", "map<string, bigint>", "Rows by table or count."),
        Field("note", "string", "What the stage says beside, such as why it took an engine."),
    ),
)

DOCUMENTED = (
    RECORDS, LINKS, EVENTS, CONSTRAINTS, PINS, NODES, EDGES, CLUSTERS, IDENTITIES, CUSTOMERS,
    ATTRIBUTES,
    CROSSWALK, CROSSWALK_HISTORY, IDENTITY_HISTORY, IDENTIFIER_RESOLUTION,
    JUDGEMENTS, FILES, FILE_DECISIONS, CHECK_RESULTS, PUBLICATIONS, RUNS,
)  # fmt: skip
"""Tables whose columns are documented in code; bronze columns are documented in contracts."""

READABLE = (
    RECORDS, LINKS, EVENTS, CONSTRAINTS, PINS, NODES, EDGES, CLUSTERS, IDENTITIES, IDENTITY_HISTORY,
    IDENTIFIER_RESOLUTION, CROSSWALK_HISTORY, CUSTOMERS, ATTRIBUTES, CROSSWALK,
)  # fmt: skip


def bronze_table(contract: FileContract) -> str:
    """Where this kind of file goes."""
    return f"bronze.{contract.table}"


def quarantine_table(contract: FileContract) -> str:
    """Where its broken rows go."""
    return f"quarantine.{contract.table}"


def published_tables(catalog: Catalog) -> list[str]:
    """Every table whose version a publication names, in the order of the road."""
    feeds = [
        name
        for _, contract in catalog.files
        for name in (bronze_table(contract), quarantine_table(contract))
    ]
    return [*feeds, FILES.name, *[schema.name for schema in READABLE]]
