"""Pages of prose with one part that is made from code, between two marks."""

from __future__ import annotations

BEGIN, END = "<!-- made by scv docs: begin -->", "<!-- made by scv docs: end -->"


def with_made_part(page: str, made: str, name: str) -> str:
    """The page with what stands between its two marks replaced; `ValueError` without the marks."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"docs/{name} needs the marks '{BEGIN}' and '{END}'")
    return f"{head}{BEGIN}\n{made}\n{END}{tail}"
