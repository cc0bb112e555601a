"""Environments for what must not live in the project's own: data packages, and other linkers."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = Path("var/bench/quality")
STAMP = "requirements.sha256"


def requirements(name: str) -> Path:
    """The pinned packages of an environment."""
    return HERE / f"requirements-{name}.txt"


def python_of(name: str) -> str:
    """The Python of an environment; it is made when it is absent or its requirements changed."""
    folder = FOLDER / f"environment-{name}"
    wanted = hashlib.sha256(requirements(name).read_bytes()).hexdigest()
    stamp = folder / STAMP
    python = str((folder / "bin" / "python").absolute())
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--requirement"]
        subprocess.run([*install, str(requirements(name))], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def version_in(name: str, package: str) -> str:
    """The pinned version of a package of an environment. Raises KeyError where it has none."""
    lines = requirements(name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line and line[0] != "#")[package]
