"""Reads the table that says which records belong to which person, to score against."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from resolution.errors import TruthError

EVIDENCE_LEVELS = ("none", "weak", "strong")
COLUMNS = ("source", "key", "person_id", "household_id", "evidence")
REQUIRED_VALUES = ("source", "key", "person_id", "evidence")
HEADER_REMEDY = "the header must be source,key,person_id,household_id,evidence (feed for source)"
FIRST_DATA_ROW = 2  # row 1 is the header, as an editor counts


def read_truth(path: Path) -> pd.DataFrame:
    """Read a truth file: one row per record, with the person it belongs to.

    Args:
        path: a CSV file in UTF-8 (a byte-order mark is accepted, gzip by its suffix) with the
            columns source (or feed), key, person_id, household_id and evidence.

    Returns:
        A frame of text with exactly the columns source, key, person_id, household_id, evidence,
        in the order of the file; household_id may be empty.

    Raises:
        TruthError: the file cannot be read, lacks a column, or has a row that cannot be scored.
    """
    frame = _read_text(path)
    frame.columns = pd.Index([str(name).strip() for name in frame.columns])
    if "source" not in frame.columns:
        frame = frame.rename(columns={"feed": "source"})
    _check_header(path, frame)
    frame = frame.loc[:, list(COLUMNS)].fillna("")
    _check_values(path, frame)
    return frame


def _read_text(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(
            path,
            dtype=str,
            encoding="utf-8-sig",
            keep_default_na=False,
            skip_blank_lines=False,
            index_col=False,
        )
    except OSError as error:
        remedy = "check the path and its permissions"
        raise TruthError(f"{path}: cannot be opened ({error.strerror}); {remedy}") from error
    except UnicodeDecodeError as error:
        raise TruthError(f"{path}: not UTF-8 text; save the file as UTF-8 CSV") from error
    except pd.errors.EmptyDataError as error:
        raise TruthError(f"{path}: row 1: the file is empty; {HEADER_REMEDY}") from error
    except pd.errors.ParserError as error:
        # The parser's message holds row numbers and counts of fields, never a value.
        reason = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        remedy = "give every row as many fields as the header, and close every quote"
        raise TruthError(f"{path}: {reason}; {remedy}") from error


def _check_header(path: Path, frame: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise TruthError(f"{path}: row 1: no column {', '.join(missing)}; {HEADER_REMEDY}")
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        names = ", ".join(sorted(set(repeated)))
        raise TruthError(f"{path}: row 1: column {names} appears twice; keep one of them")
    if frame.empty:
        raise TruthError(f"{path}: row 2: no records after the header; add one row per record")


def _check_values(path: Path, frame: pd.DataFrame) -> None:
    for column in REQUIRED_VALUES:
        _refuse(path, column, frame[column].str.strip() == "", "is empty; fill it or drop the row")
    allowed = ", ".join(reversed(EVIDENCE_LEVELS))
    unknown = ~frame["evidence"].isin(EVIDENCE_LEVELS)
    _refuse(path, "evidence", unknown, f"is none of {allowed}; write one of them")
    repeated = frame.duplicated(["source", "key"])
    _refuse(path, "key", repeated, "repeats a record of an earlier row; keep one row per record")


def _refuse(path: Path, column: str, wrong: pd.Series[bool], reason: str) -> None:
    """Raise for the first wrong row; the value stays out, because a key may be personal."""
    if not wrong.any():
        return
    row = int(wrong.to_numpy().argmax()) + FIRST_DATA_ROW
    others = int(wrong.sum()) - 1
    more = f" ({others} more such rows)" if others else ""
    raise TruthError(f"{path}: row {row}, column {column}: {reason}{more}")
