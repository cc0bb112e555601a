"""A decision of a steward or of a rule, and the table of all of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from resolution.errors import JudgementError
from sources.schema import Field, TableSchema

PAIR, CLUSTER, MOVE, PIN = "pair", "cluster", "move", "pin"
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
PINNED, RETRACTED = "pinned", "retracted"

VERDICTS: dict[str | None, tuple[str, ...]] = {
    PAIR: (SAME, DIFFERENT, UNSURE),
    CLUSTER: (SAME, DIFFERENT, UNSURE),
    MOVE: (SAME,),
    PIN: (PINNED,),
    None: (RETRACTED,),
}
"""What may be decided on each kind; a retraction is about a decision and has no kind of its own."""

MOST_PAIRS = 100_000
"""Two records each: what one decision may hold apart or leave open. Such a decision becomes all its
pairs, and 2,000 records that are all different would be 2 million of them."""

_LARGEST_WEIGHT = 2**31 - 1

JUDGEMENTS = TableSchema(
    name="resolution.judgements",
    grain="decision",
    about=(
        "What stewards and rules have decided about records, append only: a decision is undone by "
        "another row. A system of record: nothing computes it again, and neither a run nor a "
        "restore of a publication touches it."
    ),
    key=("judgement_id",),
    fields=(
        Field(
            "judgement_id",
            "string",
            "The decision, a UUID; repeated it counts once.",
            required=True,
        ),
        Field("kind", "string", "pair, cluster, move or pin; empty for a retraction."),
        Field("verdict", "string", "same, different, unsure, pinned or retracted.", required=True),
        Field(
            "records",
            "array<string>",
            "record_ids that it is about; of a move the moved one, then its target.",
        ),
        Field("others", "array<string>", "record_ids of other persons than those of `records`."),
        Field("attribute", "string", "Attribute that a pin decides."),
        Field("value", "string", "Its golden value; groups as JSON.", personal=True),
        Field("retracts", "string", "Decision that a retraction takes back."),
        Field("reason", "string", "Why, in the words of who decided.", personal=True),
        Field("decided_by", "string", "Account or rule that decided.", required=True),
        Field("decided_at", "timestamp", "When, UTC.", required=True),
        Field("model_version", "string", "Model whose evidence was seen."),
        Field("weight", "int", "Weight that was seen, in milli-bits."),
        Field("approved_by", "string", "Who approved it as a second person."),
        Field("approved_at", "timestamp", "When, UTC."),
    ),
)


@dataclass(frozen=True)
class Judgement:
    """One row of the ledger, checked: `JudgementError` names the column and no person's data.

    `records` and `others` are brought into the order of their ids (but for a move, whose order says
    which record moves), times into UTC, so that equal decisions are equal rows.
    """

    judgement_id: str
    kind: str | None
    verdict: str
    reason: str
    decided_by: str
    decided_at: datetime
    records: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    attribute: str | None = None
    value: str | None = None
    retracts: str | None = None
    model_version: str | None = None
    weight: int | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None

    def __post_init__(self) -> None:
        _check_texts(self)
        settle = {
            "judgement_id": _uuid("judgement_id", self.judgement_id),
            "retracts": None if self.retracts is None else _uuid("retracts", self.retracts),
            "decided_at": _utc("decided_at", self.decided_at),
            "approved_at": self.approved_at and _utc("approved_at", self.approved_at),
            "records": self.records if self.kind == MOVE else tuple(sorted(self.records)),
            "others": tuple(sorted(self.others)),
        }
        for name, value in settle.items():
            object.__setattr__(self, name, value)
        if self.verdict not in VERDICTS.get(self.kind, ()):
            _refuse_verdict(self)
        _check_columns(self)
        _check_records(self)
        _check_approval(self)

    @property
    def moment(self) -> tuple[datetime, str]:
        """Where it stands in the order of decisions; two of one instant go by their ids."""
        return self.decided_at, self.judgement_id


def as_row(judgement: Judgement) -> dict[str, object]:
    """Columns and values as the table has them: lists for tuples."""
    lists = {"records": list(judgement.records), "others": list(judgement.others)}
    return {name: getattr(judgement, name) for name in JUDGEMENTS.columns} | lists


def _check_texts(row: Judgement) -> None:
    for name in ("reason", "decided_by"):
        if not getattr(row, name).strip():
            raise JudgementError("is empty; say who decides, and why", name)
    for name in ("reason", "decided_by", "attribute", "value", "model_version", "approved_by"):
        text = getattr(row, name)
        if text is not None and not text.strip():
            raise JudgementError("is empty and says nothing; leave it out", name)
        # An argument of the command line may hold bytes that are no text; no table takes them.
        if text is not None and not _encodable(text):
            raise JudgementError("is no UTF-8 text; write it in UTF-8", name)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _uuid(column: str, text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except (ValueError, AttributeError):
        raise JudgementError(
            "is no UUID such as 0b6f4c1e-52a5-4ea4-9a40-3c4f7d2d6c11; 'uuidgen' makes one", column
        ) from None


def _utc(column: str, time: datetime) -> datetime:
    if time.tzinfo is None:
        raise JudgementError("has no time zone; write it in UTC with a Z at its end", column)
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise JudgementError("is out of range; write the time of the decision", column) from None


def _refuse_verdict(row: Judgement) -> None:
    if row.kind not in VERDICTS:
        raise JudgementError("is none of pair, cluster, move, pin; write one of them", "kind")
    if row.verdict == RETRACTED:
        raise JudgementError("a retraction has no kind; leave the column empty", "kind")
    if row.kind is None:
        raise JudgementError(
            "only a retraction has no kind; write pair, cluster, move or pin", "kind"
        )
    allowed = " or ".join(VERDICTS[row.kind])
    raise JudgementError(f"of a decision on a {row.kind} is {allowed}; write that", "verdict")


def _check_columns(row: Judgement) -> None:
    """What a verdict needs is there, and what it has no use for is not."""
    pinned, retracted = row.verdict == PINNED, row.verdict == RETRACTED
    for name, wanted in (("attribute", pinned), ("value", pinned), ("retracts", retracted)):
        given = getattr(row, name) is not None
        if given and not wanted:
            raise JudgementError(
                f"has no meaning where the verdict is {row.verdict}; drop it", name
            )
        if wanted and not given:
            raise JudgementError(f"is missing; the verdict {row.verdict} needs it", name)
    if retracted and row.retracts == row.judgement_id:
        raise JudgementError("a retraction can't take back itself; name another", "retracts")
    if row.weight is not None and abs(row.weight) > _LARGEST_WEIGHT:
        raise JudgementError("is no weight in milli-bits; leave it out if unknown", "weight")


def _check_records(row: Judgement) -> None:
    count, others = len(row.records), len(row.others)
    everyone = [*row.records, *row.others]
    if any(not text or any(letter.isspace() for letter in text) for text in everyone):
        raise JudgementError("has an empty record_id, or one with a blank; mend it", "records")
    if len(set(everyone)) < len(everyone):
        raise JudgementError("names a record twice; a record is no pair with itself", "records")
    apart = row.kind in (PAIR, CLUSTER) and row.verdict == DIFFERENT
    wants = _wanted_records(row)
    if count not in wants:
        most = "" if wants.stop - wants.start == 1 else " or more"
        said = f"{wants.start}{most}"
        raise JudgementError(f"{count} record_ids, and {said} are needed; mend the list", "records")
    if row.kind == PAIR and apart and others != 1:
        raise JudgementError("a pair has one record on the other side; name it", "others")
    if others and not (apart or row.kind == MOVE):
        raise JudgementError(f"has no meaning in this {row.verdict}; drop it", "others")
    if row.verdict in (DIFFERENT, UNSURE):
        pairs = count * others if others else count * (count - 1) // 2
        if pairs > MOST_PAIRS:
            raise JudgementError(f"{pairs:,} pairs, at most {MOST_PAIRS:,}; split it", "records")


def _wanted_records(row: Judgement) -> range:
    """How many `records` a decision may be about."""
    if row.verdict == RETRACTED:
        return range(1)
    if row.kind == PIN or (row.kind == PAIR and row.verdict == DIFFERENT):
        return range(1, 2)
    if row.kind in (PAIR, MOVE):
        return range(2, 3)
    return range(1 if row.others and row.verdict == DIFFERENT else 2, 2**31)


def _check_approval(row: Judgement) -> None:
    if (row.approved_by is None) != (row.approved_at is None):
        raise JudgementError("an approval needs both who and when; add the other", "approved_by")
    if row.approved_by == row.decided_by:
        raise JudgementError("is who decided; a second person approves", "approved_by")
    if row.approved_at is not None and row.approved_at < row.decided_at:
        raise JudgementError("is before the decision; mend one of both", "approved_at")
