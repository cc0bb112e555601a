"""`scv link`: any tables of persons, linked without a warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.outputs import check_output

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from pipelines.table_linking import TablesLinked
    from sources.tables.contract import TablesContract

DRAFT = Path("link.yml")


@sentences
def link(
    files: Annotated[
        list[Path], typer.Argument(help="CSV, Parquet, or the folder of a Delta table.")
    ],
    contract: Annotated[
        Path | None,
        typer.Option("--contract", help="What the columns are, YAML; drafted where left out."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of what is written.")] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Only propose a contract: print it and write it.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the random pairs.")] = 7,
    json: Annotated[bool, typer.Option("--json", help="Figures as one JSON document.")] = False,
) -> None:
    """Records, edges and clusters of tables of persons, by a model trained on them alone."""
    from pipelines.table_linking import linked_tables, read_tables, write_outputs
    from scv.link_report import write_report

    if not draft and out is None:
        raise typer.BadParameter("say where the result goes: --out FOLDER (or --draft)")
    tables = read_tables(files)
    if draft:
        _draft(tables, contract or DRAFT)
        return
    assert out is not None  # noqa: S101  (refused above)
    agreed = _contract(tables, contract, out)
    with linked_tables(tables, agreed, seed) as made:
        write_outputs(made, out)
        write_report(made, out / "report.html")
        _show(made, out, as_json=json)


def _draft(tables: Mapping[Path, pa.Table], path: Path) -> None:
    """Print the proposal, and keep it where nothing is yet."""
    text = _proposal(tables)
    print(text, end="")
    if path.exists():
        typer.echo(f"scv: {path} is there already and was left as it is", err=True)
        return
    check_output(path)
    path.write_text(text, encoding="utf-8")


def _proposal(tables: Mapping[Path, pa.Table]) -> str:
    from pipelines.table_linking import drafts
    from sources.tables.writing import drafted_yaml

    return drafted_yaml(drafts(tables))


def _contract(tables: Mapping[Path, pa.Table], contract: Path | None, out: Path) -> TablesContract:
    """The contract given, or a draft that is written beside the result."""
    from sources.tables.contract import read_tables_contract

    if contract is not None:
        return read_tables_contract(contract)
    path = out / DRAFT
    check_output(path)
    path.write_text(_proposal(tables), encoding="utf-8")
    return read_tables_contract(path)


def _show(made: TablesLinked, out: Path, *, as_json: bool) -> None:
    """What was chosen and what was found."""
    from dataclasses import asdict

    found = made.figures
    if as_json:
        show_json(asdict(found) | {"choices": [asdict(c) for c in made.linked.chosen.choices]})
        return
    show_table(
        "What was compared, and which pairs were looked at",
        ["", "what", "name", "because"],
        [
            ("yes" if one.taken else "no", one.what, one.name, one.reason)
            for one in made.linked.chosen.choices
        ],
    )
    console.print(
        f"\n{sum(found.records.values()):,} records are {found.persons:,} persons; the largest has"
        f" {max((size for size, _ in found.sizes), default=0):,} records, {found.held:,} are held."
    )
    if found.precision is not None and found.recall is not None:
        console.print(
            f"Estimated from the weights, without labels: precision {found.precision:.3f}, recall"
            f" of the pairs looked at {found.recall:.3f}."
        )
    console.print(f"{out / 'clusters.parquet'} has them; look at {out / 'report.html'}")
