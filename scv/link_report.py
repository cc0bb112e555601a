"""The report of `scv link`: one HTML page that asks nothing of the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.table_linking import TablesLinked
    from resolution.linking.outcome import Figures
    from resolution.model.artefact import Model

_STYLE = """
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1d2733; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.cards { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; }
.card { background: #eef3f8; border-radius: .5rem; padding: .7rem 1rem; min-width: 8rem; }
.card b { display: block; font-size: 1.4rem; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
th, td { padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #e3e8ee; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.bar { height: .8rem; display: inline-block; vertical-align: middle; }
.for { background: #2f7f5f; } .against { background: #b5473c; } .count { background: #40689b; }
.no { color: #6b7683; } p.note { color: #4c5866; max-width: 46rem; }
"""


def write_report(made: TablesLinked, path: Path) -> None:
    """Write the page, whole or not at all."""
    found, model = made.figures, made.linked.model
    body = "".join(
        (
            _head(found, model),
            _sizes(found),
            _weights(found),
            _comparisons(model),
            _rules(made),
            _between(found),
            _weakest(found),
        )
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Linked records</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(page, encoding="utf-8")
    partial.replace(path)


def _head(found: Figures, model: Model) -> str:
    records = sum(found.records.values())
    several = sum(clusters for size, clusters in found.sizes if size > 1)
    cards = [
        ("records", f"{records:,}"),
        ("persons", f"{found.persons:,}"),
        ("of several records", f"{several:,}"),
        ("largest", f"{max((size for size, _ in found.sizes), default=0):,} records"),
        ("held for a person to look at", f"{found.held:,}"),
        ("precision, estimated", _share(found.precision)),
        ("recall, estimated", _share(found.recall)),
    ]
    shown = "".join(f'<div class="card"><b>{value}</b>{name}</div>' for name, value in cards)
    return (
        f"<h1>Linked records</h1><p class=no>model {escape(model.version)}</p>"
        f'<div class="cards">{shown}</div><p class="note">Estimates come from the weights alone:'
        " every pair has a chance of being one person. Recall is of the pairs that a blocking rule"
        " looked at; what no rule meets is not in it. With labels of your own, measure.</p>"
    )


def _sizes(found: Figures) -> str:
    most = max((clusters for _, clusters in found.sizes), default=1)
    rows = ((f"{size:,}", f"{many:,}", _bar(many, most, "count")) for size, many in found.sizes)
    return "<h2>Records a person has</h2>" + _table(("records", "persons", ""), rows, numbers=2)


def _weights(found: Figures) -> str:
    most = max((pairs for _, pairs in found.weights), default=1)
    rows = (
        (f"{bits:+d}", f"{pairs:,}", _bar(pairs, most, "for" if bits >= 0 else "against"))
        for bits, pairs in found.weights
    )
    return (
        "<h2>Weights of pairs</h2><p class=note>In bits: 0 is even odds, each bit doubles them. Two"
        " heaps with a valley between them are good; a heap at 0 means that the columns tell too"
        " little.</p>" + _table(("bits", "pairs", ""), rows, numbers=2)
    )


def _comparisons(model: Model) -> str:
    most = max(abs(level.weight) for levels in model.comparisons.values() for level in levels) or 1
    rows = [
        (
            escape(name),
            escape(level.label),
            f"{level.weight / 1000:+.1f}",
            _bar(abs(level.weight), most, "for" if level.weight > 0 else "against"),
            "" if level.household is None else f"{level.household / 1000:+.1f}",
        )
        for name, levels in model.comparisons.items()
        for level in levels
        if level.number >= 0
    ]
    prior = f"{model.prior / 1000:+.1f}"
    home = "" if model.household_prior is None else f"{model.household_prior / 1000:+.1f}"
    rows.insert(0, ("a pair starts with", "", prior, "", home))
    return (
        "<h2>What agreement is worth</h2><p class=note>A pair's weight is the smaller of two sums:"
        " against two strangers, where a rare name counts for more, and against two of one"
        " household, who have address, phone and family name in common.</p>"
        + _table(("compared", "level", "bits", "", "of a household"), rows, numbers=0)
    )


def _rules(made: TablesLinked) -> str:
    pairs = {rule: (met, joining) for rule, met, joining in made.figures.found_by}
    rows = [
        (
            "yes" if one.taken else '<span class="no">no</span>',
            escape(one.what),
            escape(one.name),
            escape(one.reason),
            f"{pairs[one.name][1]:,}" if one.name in pairs else "",
        )
        for one in made.linked.chosen.choices
    ]
    return (
        "<h2>What was chosen, and why</h2><p class=note>The last column counts pairs at even odds"
        " or above that this rule was the first to find.</p>"
        + _table(("taken", "what", "name", "because", "joining pairs"), rows, numbers=0)
    )


def _between(found: Figures) -> str:
    rows = [(escape(one), escape(other), f"{pairs:,}") for one, other, pairs in found.between]
    counts = ", ".join(f"{escape(name)} {count:,}" for name, count in found.records.items())
    return (
        f"<h2>Between the files</h2><p class=note>Records: {counts}. Pairs within one person:</p>"
        + _table(("one", "other", "pairs"), rows, numbers=0)
    )


def _weakest(found: Figures) -> str:
    rows = [(escape(name), f"{size:,}", f"{bits:+.1f}") for name, size, bits in found.weakest]
    return (
        "<h2>The weakest persons</h2><p class=note>Look at these first: the weight, in bits,"
        " without which each would fall apart. edges.parquet says in words why.</p>"
        + _table(("cluster_id", "records", "weakest link"), rows, numbers=0)
    )


def _bar(value: int, most: int, kind: str) -> str:
    return f'<span class="bar {kind}" style="width:{max(1, round(260 * value / most))}px"></span>'


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> str:
    """The first `numbers` columns, and none where it is 0, are aligned as numbers."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if place < numbers else ''}>{cell}</{tag}>"
            for place, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table><tr>{cells(head, 'th')}</tr>{body}</table>"
