"""Hostile places: links, folders, names and days, and files that change while they are read."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sources import delivery as delivery_module
from sources.content import Content, read_content
from sources.delivery import Problem, file_hash
from sources.errors import FileChangedError, SourceError
from tests.sources.delivering import (
    FOLDER,
    batches,
    check_account,
    inspect,
    only,
    problem_of,
    put,
    rows_of,
)
from tests.sources.hostile import CSV, DOCUMENTS, HEADER, JSON, PACKED, ROWS, line, row, till


def test_a_folder_or_a_device_where_a_file_belongs(tmp_path: Path) -> None:
    put(tmp_path, f"{FOLDER}/{CSV}/receipts.csv", HEADER + ROWS)
    assert problem_of(tmp_path) == "not_a_file"
    os.mkfifo(tmp_path / FOLDER / JSON)
    assert problem_of(tmp_path, JSON) == "not_a_file"
    assert file_hash(tmp_path / FOLDER / CSV) == file_hash(tmp_path / FOLDER / JSON) == ""


def test_links_are_reported_and_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path, f"elsewhere/dt=2026-01-05/{CSV}", HEADER + ROWS)
    landing = tmp_path / "landing"
    (landing / FOLDER).mkdir(parents=True)
    (landing / FOLDER / CSV).symlink_to(outside)
    assert problem_of(landing) == "link"
    delivery = only(landing)
    assert (delivery.size, delivery.sha256, delivery.lines) == (0, "", 0)
    assert file_hash(landing / FOLDER / CSV) == ""


@pytest.mark.parametrize(
    ("link", "day"), [("till", date(2026, 1, 9)), ("till/dt=2026-01-06", date(2026, 1, 6))]
)
def test_a_folder_that_is_a_link_is_reported(tmp_path: Path, link: str, day: date) -> None:
    put(tmp_path, f"elsewhere/dt=2026-01-06/{CSV}", HEADER + ROWS)
    landing = tmp_path / "landing"
    path = landing / link
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    made = datetime(2026, 1, 9, 12, tzinfo=UTC).timestamp()
    os.utime(path, (made, made), follow_symlinks=False)
    delivery = only(landing)
    assert (delivery.name, delivery.day) == (link, day)
    assert delivery.problem == Problem("link")


def test_other_folders_that_are_links_and_links_to_nothing_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / "gym").symlink_to(tmp_path / "till")
    (tmp_path / FOLDER / "old").symlink_to(tmp_path / "till")
    (tmp_path / FOLDER / CSV).symlink_to(tmp_path / "nothing")
    assert inspect(tmp_path, DOCUMENTS[CSV]) == []


def test_the_landing_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path, f"real/{FOLDER}/{CSV}", HEADER + ROWS)
    (tmp_path / "landing").symlink_to(tmp_path / "real")
    assert problem_of(tmp_path / "landing") is None


def refuse(*_: object, **__: object) -> Any:
    raise PermissionError(13, "Permission denied")


def test_a_file_that_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, f"{FOLDER}/{CSV}", HEADER + ROWS)
    # Nobody can refuse a file to root, who runs these tests in a container.
    for name in ("read_content", "HashedFile"):
        monkeypatch.setattr(delivery_module, name, refuse)
    assert problem_of(tmp_path) == "unreadable_file"
    assert file_hash(path) == ""


@pytest.mark.parametrize("refused", [os.R_OK, os.X_OK])
def test_a_folder_that_can_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    put(tmp_path, f"{FOLDER}/{CSV}", HEADER + ROWS)
    real = os.scandir

    def scandir(folder: Any) -> Any:
        if str(folder).endswith(closed) and refused & os.R_OK:
            raise PermissionError(13, "Permission denied", str(folder))
        return real(folder)

    def access(folder: Any, mode: int) -> bool:
        return not (str(folder).endswith(closed) and refused & mode)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "access", access)
    closed = FOLDER
    assert problem_of(tmp_path) == "unreadable_file"
    assert only(tmp_path).name == FOLDER
    closed = str(tmp_path)
    with pytest.raises(SourceError, match="can't be read: Permission denied"):
        inspect(tmp_path, DOCUMENTS[CSV])


def test_without_a_landing_folder_nothing_is_delivered(tmp_path: Path) -> None:
    assert inspect(tmp_path / "none", DOCUMENTS[CSV]) == []


def test_odd_characters_in_a_files_name(tmp_path: Path) -> None:
    document = till("till/dt={day}/*.csv")
    names = ["it's; drop.csv", 'a"b\n.csv', "陳 \u202e.csv", "=cmd.csv", "-rf *.csv", "a\\xff.csv"]
    for name in names:
        put(tmp_path, f"{FOLDER}/{name}", HEADER + ROWS)
    found = inspect(tmp_path, document)
    assert {delivery.name for delivery in found} == {f"{FOLDER}/{name}" for name in names}
    assert {(delivery.problem, delivery.lines) for delivery in found} == {(None, 3)}


def test_a_folder_stands_for_files_whose_names_are_no_utf_8(tmp_path: Path) -> None:
    for number in (0xE8, 0xE9):
        path = os.fsencode(put(tmp_path, f"{FOLDER}/a.csv", HEADER + ROWS))
        os.rename(path, path.replace(b"/a.csv", b"/%c.csv" % number))  # noqa: PTH104  (bytes)
    put(tmp_path, f"{FOLDER}/a.csv", HEADER + ROWS)
    found = inspect(tmp_path, till("till/dt={day}/*.csv"))
    assert [(delivery.name, delivery.problem) for delivery in found] == [
        (FOLDER, Problem("bad_file_name")),
        (f"{FOLDER}/a.csv", None),
    ]
    for delivery in found:
        check_account(delivery, *rows_of(delivery))
    assert inspect(tmp_path, DOCUMENTS[CSV]) == []


def test_names_of_folders_that_are_meant_as_a_day(tmp_path: Path) -> None:
    days = {
        "2026-1-5": date(2026, 1, 5),
        "2026_01_05": date(2026, 1, 5),
        "2026-13-45": date(2026, 12, 31),
        "0000-00-00": date(1, 1, 1),
        "20260230": date(2026, 2, 28),
    }
    for day in [*days, "yesterday", "05.01.2026"]:
        put(tmp_path, f"till/dt={day}/{CSV}", HEADER + ROWS)
    found = inspect(tmp_path, DOCUMENTS[CSV])
    assert {one.name.split("=")[1].split("/")[0]: one.day for one in found} == days
    assert {one.problem for one in found} == {Problem("not_a_day")}


def test_a_day_may_begin_elsewhere_first(tmp_path: Path) -> None:
    put(tmp_path, f"till/dt=2026-02-02/{CSV}", HEADER + ROWS)
    assert problem_of(tmp_path) is None


def growing(path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """The file changes while it is inspected, in its content or its time alone."""

    def read(of: Path, *options: Any) -> Content:
        content = read_content(of, *options)
        if change == "touched":
            os.utime(of, (1, 1))
        elif change == "replaced":
            path.with_suffix(".part").write_text(HEADER + ROWS)
            path.with_suffix(".part").rename(path)
        else:
            path.write_text(of.read_text() + row(9))
        return content

    monkeypatch.setattr(delivery_module, "read_content", read)


@pytest.mark.parametrize("change", ["grown", "touched", "replaced"])
def test_a_file_that_changes_while_it_is_inspected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = put(tmp_path, f"{FOLDER}/{CSV}", HEADER + ROWS)
    growing(path, monkeypatch, change)
    delivery = only(tmp_path)
    assert delivery.problem == Problem("changed_while_read")
    check_account(delivery, *rows_of(delivery))
    # No hash: whatever the file holds by the next run, it is not the file that was set aside.
    assert delivery.sha256 == ""
    assert file_hash(path) != ""
    monkeypatch.undo()
    assert problem_of(tmp_path) is None


@pytest.mark.parametrize("file", [CSV, JSON, PACKED])
def test_what_is_appended_after_inspection_waits_for_the_next_run(
    tmp_path: Path, file: str
) -> None:
    content = (line(1) + line(2) if file == JSON else HEADER + row(1) + row(2)).encode()
    more = (line(3) if file == JSON else row(3)).encode()
    pack = gzip.compress if file == PACKED else bytes
    path = put(tmp_path, f"{FOLDER}/{file}", pack(content))
    delivery = only(tmp_path, file)
    path.write_bytes(pack(content) + pack(more))
    good, bad = rows_of(delivery, file)
    assert [found["receipt"] for found in good] == ["1", "2"]
    check_account(delivery, good, bad)
    assert (file_hash(path) != delivery.sha256, only(tmp_path, file).lines) == (True, 3)


@pytest.mark.parametrize("change", ["other bytes", "cut off", "gone"])
@pytest.mark.parametrize("file", [CSV, PACKED])
def test_a_file_that_is_replaced_after_inspection_stops_the_run(
    tmp_path: Path, change: str, file: str
) -> None:
    pack = gzip.compress if file == PACKED else bytes
    path = put(tmp_path, f"{FOLDER}/{file}", pack((HEADER + ROWS).encode()))
    delivery = only(tmp_path, file)
    if change == "gone":
        path.unlink()
    elif change == "cut off":
        path.write_bytes(path.read_bytes()[:-5])
    else:
        path.write_bytes(pack((HEADER + ROWS).replace("Ann", "Eve").encode()))
    with pytest.raises(FileChangedError, match="changed while it was read; run again"):
        batches(delivery, file)
