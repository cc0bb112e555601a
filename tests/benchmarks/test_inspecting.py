"""The look at deliveries is timed as a run does it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.inspecting import inspecting


def test_lines_of_all_files_and_of_the_largest(tmp_path: Path) -> None:
    for day, lines in (("2026-01-05", 3), ("2026-01-06", 1)):
        folder = tmp_path / "social" / f"dt={day}"
        folder.mkdir(parents=True)
        (folder / "posts.jsonl").write_text('{"post_id": "p"}\n' * lines, encoding="utf-8")
    found = inspecting(tmp_path)
    assert (found.files, found.lines, found.largest) == (2, 4, 3)
    assert found.size == 4 * len('{"post_id": "p"}\n')
    assert found.seconds > 0
