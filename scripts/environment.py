"""The virtual environment and what pip installs into it, from the hash-locked list alone."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.system import SetupError, can_install_packages, install_first_of, run, say

# pyspark comes as source only; these build it, and the project, without a download of their own.
BUILD_TOOLS = (
    "hatchling",
    "packaging",
    "pathspec",
    "pluggy",
    "setuptools",
    "trove-classifiers",
    "wheel",
)


def ensure_environment(directory: Path) -> None:
    """Create the virtual environment unless a working one is there. Raises `SetupError`."""
    if _works(directory):
        return
    _ensure_venv_module()
    say(f"creating {directory.name} with Python {sys.version.split()[0]}")
    # Not the environment's own Python, which --clear is about to remove.
    python = getattr(sys, "_base_executable", sys.executable)
    run([python, "-m", "venv", "--clear", str(directory)], purpose=f"Making {directory}")


def install_requirements(directory: Path, lock: Path) -> None:
    """Install the locked packages, build tools first; what is there already is left as it is."""
    say(f"installing the packages of {lock.name} (0.9 GB to fetch; a few minutes the first time)")
    with tempfile.TemporaryDirectory(prefix="scv-setup-") as scratch:
        tools = Path(scratch) / "build-tools.lock"
        tools.write_text(locked_entries(lock.read_text(encoding="utf-8"), BUILD_TOOLS))
        for requirements in (tools, lock):
            # Older versions of pip would run a package's setup.py outside their own control.
            building = ["--no-build-isolation", "--use-pep517"]
            options = ["--no-deps", "--quiet", "--require-hashes", *building]
            arguments = ["install", *options, "--requirement", str(requirements)]
            _pip(directory, arguments, f"Installing from {lock.name}")


def install_project(directory: Path, root: Path) -> None:
    """Put the project itself on the environment's path, with its `scv` command."""
    say("installing the project itself")
    options = ["--no-deps", "--no-build-isolation", "--quiet"]
    _pip(directory, ["install", *options, "--editable", str(root)], "Installing the project")


def locked_entries(lock: str, names: tuple[str, ...]) -> str:
    """The entries of some distributions, with their hashes. Raises `SetupError` on a missing one.

    `lock` is the text of a pip requirements file in which every entry starts a line and its
    hashes follow indented.
    """
    entries = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock):
        entries[entry.split("==")[0]] = entry.rstrip()
    missing = [name for name in names if name not in entries]
    if missing:
        raise SetupError(f"The lock file has no {', '.join(missing)}. Run 'make lock'.")
    return "\n".join(entries[name] for name in names) + "\n"


def _pip(directory: Path, arguments: list[str], purpose: str) -> None:
    # Isolated, so that a PYTHONPATH or a user's own packages do not count as installed.
    python = [str(directory / "bin" / "python"), "-I", "-m", "pip"]
    run([*python, "--disable-pip-version-check", "--no-input", *arguments], purpose=purpose)


def _works(directory: Path) -> bool:
    """Whether the environment has a Python of this minor version, and pip, and was not moved."""
    configuration = directory / "pyvenv.cfg"
    # Its scripts name the folder in which they were made, and so does the recorded command.
    if not configuration.is_file() or f" {directory}\n" not in configuration.read_text() + "\n":
        return False
    question = "import pip, sys; print(sys.prefix, *sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(directory / "bin" / "python"), "-I", "-c", question],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return answer.stdout.split() == [str(directory), *map(str, sys.version_info[:2])]


def _ensure_venv_module() -> None:
    """Debian and Ubuntu leave out a part of Python that `python3 -m venv` needs."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not can_install_packages():
        raise SetupError(
            "This Python cannot make virtual environments. "
            f"Type: sudo apt-get update && sudo apt-get install -y {package}"
        )
    install_first_of([[package], ["python3-venv"]], purpose="Python's venv module")
