"""Files in the landing folder that no contract takes: a misnamed folder, or another's feed."""

from __future__ import annotations

import os
from pathlib import Path

from sources.catalog import Catalog
from sources.delivery import find_files


def untaken_files(landing: Path, catalog: Catalog) -> list[Path]:
    """All of them, sorted; what lies in a folder that stands for its files is taken."""
    taken = {path for _, path, _ in find_files(landing, catalog)}
    return sorted(
        path
        for folder, _, names in os.walk(landing)
        for path in (Path(folder, name) for name in names)
        if taken.isdisjoint((path, *path.parents))
    )
