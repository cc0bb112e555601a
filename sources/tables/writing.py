"""A drafted contract as YAML that a person reads and edits."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from sources.tables.drafting import Draft

_HEAD = """\
# What the columns of these files are, drafted by `scv link --draft`: look it over, edit it, then
#   scv link FILE... --contract THIS_FILE --out FOLDER
# key: names a row (rows are numbered without it). duplicate_free: true says that no person has two
# rows in that file. columns: an attribute and the column that holds it, or a list to be joined.
"""


def drafted_yaml(drafts: Mapping[str, Draft]) -> str:
    """The contract of these files, by stem; columns that are left out are named with the reason."""
    parts = [_HEAD, "sources:"]
    for stem, draft in drafts.items():
        document = yaml.safe_dump(
            {stem: _contract(draft)},
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=None,
            width=96,
        )
        parts += [f"  {line}" for line in document.splitlines()]
        parts += [f"    # {column}: {said}" for column, said in draft.said.items()]
    return "\n".join(parts) + "\n"


def _contract(draft: Draft) -> dict[str, object]:
    columns: dict[str, object] = {
        name: of[0] if len(of) == 1 else list(of) for name, of in draft.columns.items()
    }
    if draft.identifiers:
        columns["identifiers"] = dict(draft.identifiers)
    if draft.others:
        columns["others"] = dict(draft.others)
    found: dict[str, object] = {}
    if draft.key is not None:
        found["key"] = draft.key
    found["duplicate_free"] = False
    if "phones" in draft.columns:
        found["phone_regions"] = ["US", "GB"]
    if draft.birth_date_formats:
        found["birth_date_formats"] = list(draft.birth_date_formats)
    return found | {"columns": columns}
