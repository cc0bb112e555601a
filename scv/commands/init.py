"""`scv init`: a commented `scv.yml` and the key file of the record ids."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from scv.console import console
from scv.errors import sentences

KEY_FILE = "warehouse.key"


@sentences
def init(
    directory: Annotated[Path, typer.Argument(help="Where scv.yml shall be.")] = Path(),
) -> None:
    """Write a commented scv.yml and the key file; neither is ever overwritten."""
    from pipelines.config import CONFIG_FILE, Config, make_secret
    from pipelines.errors import ConfigurationError

    directory.mkdir(parents=True, exist_ok=True)
    file, key = directory / CONFIG_FILE, directory / KEY_FILE
    if file.exists():
        raise ConfigurationError(f"{file} exists already; change it, or remove it first")
    file.write_text(commented(Config), encoding="utf-8")
    console.print(f"wrote {file}")
    if key.exists():
        console.print(f"{key} exists already and stays")
    else:
        make_secret(key)
        console.print(f"wrote {key}: keep it secret and back it up, record ids depend on it")


def commented(section: type[Any], indent: str = "") -> str:
    """Every key of a configuration section with its default, commented out but for the paths."""
    lines: list[str] = []
    if not indent:
        lines += ["# Configuration of the single customer view; unknown keys are refused.", ""]
    for name, field in section.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if hasattr(type(default), "model_fields"):
            lines.append(f"# {name}:")
            lines.append(commented(type(default), indent="  "))
            continue
        lines.append(f"#{indent} {field.description}")
        lines.append(_line(name, default, indent))
    return "\n".join(lines) + ("" if indent else "\n")


def _line(name: str, default: object, indent: str) -> str:
    if name in ("warehouse", "landing"):
        return f"{name}: {default}"
    if name == "key_file":
        # By name, so that another warehouse in this file keeps the key that is made beside it.
        return f"{name}: {KEY_FILE}"
    if name == "model":
        return f"#{indent} {name}: models/own.json"
    if default is None:
        shown = "null"
    elif isinstance(default, bool):
        shown = str(default).lower()
    else:
        shown = f"[{', '.join(default)}]" if isinstance(default, tuple) else f"{default}"
    quoted = f'"{shown}"' if "*" in shown else shown
    return f"#{indent} {name}: {quoted}"
