"""Commands, packages of the operating system and the words in which set-up reports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to type."""


def say(sentence: str) -> None:
    """One line about what is being done, at once also where output is a file."""
    print(f"setup: {sentence}", file=sys.stderr, flush=True)


def run(
    command: Sequence[str], environment: Mapping[str, str] | None = None, purpose: str = ""
) -> None:
    """Run a command that must succeed, without input, its output shown as it comes.

    Raises `SetupError` with `purpose`, the command and its exit status.
    """
    done = subprocess.run(
        list(command),
        env=None if environment is None else dict(environment),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise SetupError(
            f"{purpose or 'A command'} failed with exit status {done.returncode}: "
            f"{' '.join(command)}. The reason stands above; then type 'make setup' again, "
            "it goes on where it stopped."
        )


def can_install_packages() -> bool:
    """Whether this is root on a system with apt, where set-up may install what is missing."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_first_of(packages: Sequence[Sequence[str]], purpose: str) -> None:
    """Install the first group of packages that this release of Debian or Ubuntu has.

    Raises `SetupError` where it has none of them.
    """
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], environment, "Reading the package lists")
    for group in packages:
        known = subprocess.run(
            ["apt-cache", "show", *group],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if known.returncode == 0:
            say(f"installing {' '.join(group)} ({purpose})")
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *group]
            run(install, environment, f"Installing {purpose}")
            return
    raise SetupError(f"apt knows no package for {purpose}. Install it by hand, then 'make setup'.")
