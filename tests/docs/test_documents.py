"""What the documents say exists: links, commands, folders; and what must not be in any file."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from resolution.model.artefact import SHIPPED, read_model
from scv.dictionary import dictionary_page
from scv.main import app
from scv.model_card import with_model_tables
from scv.name_tables import PAIRS, read_pairs, with_name_tables

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    + list((ROOT / "docs").rglob("*.md"))
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^ *|`)(?:\.venv/bin/)?scv ([a-z][^`\n]*)", re.MULTILINE)
PLACEHOLDER = re.compile(r"\[?[A-Z]{2,}\]?(\.\.\.)?")
MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|work|mnt)/\w|(?<![\w./])/tmp/\w")
LOCAL_HOSTS = {"127.0.0.1", "localhost"}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The fragments that a page's headings offer."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_resolves(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, fragment = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        if not goal.exists() or (fragment and fragment not in anchors(goal)):
            broken.append(target)
    assert broken == []


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of every `scv ...` in a page; a quoted query may go on over the next lines."""
    for start in COMMAND.finditer(text):
        line, *following = text[start.start(1) :].splitlines()
        line = line.split("`")[0]
        while line.count('"') % 2 and following:
            line += " " + following.pop(0)
        line = re.sub(r'"[^"]*"', "QUERY", line)
        line = re.split(r"\s[>|&]\s?|[;:]$", line)[0]
        yield shlex.split(line, comments=True)


def mistakes(words: list[str]) -> list[str]:
    """What of a command line the command line itself does not know."""
    command = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands"):
        if not rest or rest[0].startswith("-") or PLACEHOLDER.fullmatch(rest[0]):
            return []
        if rest[0] not in command.commands:
            return [f"no command {rest[0]}"]
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    used = [word.split("=")[0] for word in rest if word.startswith("--")]
    return [f"no option {option}" for option in used if option not in known]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_line_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    wrong = [(words, mistakes(words)) for words in command_lines(text)]
    assert [pair for pair in wrong if pair[1]] == []


def test_the_check_of_command_lines_sees_mistakes() -> None:
    text = "```\nscv rum\n.venv/bin/scv run --fron 1 # --to\n```\nor `scv run --to 2026-01-01`"
    found = [mistakes(words) for words in command_lines(text)]
    assert found == [["no command rum"], ["no option --fron"], []]


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        start = page.index(f"\n## scv {name}\n")
        section = page[start : page.find("\n## ", start + 1)]
        for leaf in getattr(command, "commands", {"": command}).values():
            for parameter in leaf.params:
                options = [option for option in parameter.opts if option.startswith("--")]
                assert all(option in section for option in options), (name, options)


def test_the_tree_of_the_architecture_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    tree = page.split("<!-- tree: begin -->")[1].split("<!-- tree: end -->")[0]
    folder, missing, seen = "", [], 0
    for line in tree.strip().splitlines():
        if line.startswith("```"):
            continue
        path = line.split("  ")[0] if not line.startswith(" ") else line.split()[0]
        if not line.startswith(" "):
            folder = path
            full = path
        else:
            full = folder + path
        seen += 1
        if not (ROOT / full).exists():
            missing.append(full)
    assert seen > 40
    assert missing == []


def tracked_texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path != Path(__file__) and path.suffix != ".lock":
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_no_file_names_a_folder_of_a_machine() -> None:
    found = [
        (name, hit[0]) for name, text in tracked_texts() for hit in [MACHINE.search(text)] if hit
    ]
    assert found == []


def test_no_page_names_a_host_but_its_standards_and_ours() -> None:
    allowed = LOCAL_HOSTS | {"keepachangelog.com", "semver.org"}
    hosts = {
        (name_of(page), host)
        for page in PAGES
        for host in re.findall(r"https?://([\w.\-]+)", page.read_text(encoding="utf-8"))
    }
    assert {pair for pair in hosts if pair[1] not in allowed} == set()


def test_the_dictionary_is_up_to_date() -> None:
    assert (ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8") == dictionary_page()


def test_the_model_card_is_up_to_date() -> None:
    page = (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")
    assert with_model_tables(page, read_model(SHIPPED)) == page


def test_the_page_on_names_is_up_to_date() -> None:
    page = (ROOT / "docs" / "names.md").read_text(encoding="utf-8")
    assert with_name_tables(page, read_pairs(PAIRS)) == page


def test_every_packaged_list_is_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    lists = [
        *ROOT.glob("sources/normalise/data/*.csv"),
        *ROOT.glob("generator/data/*.csv"),
        *ROOT.glob("resolution/model/models/*.json"),
    ]
    assert [path for path in lists if path.relative_to(ROOT).as_posix() not in notice] == []
