"""The process that Spark forks Python workers from: Spark's own, but it imports from no archive.

Spark puts a zipped pyspark and a jar before the installed package of the same version, and every
task has Python read an archive's directory again for each folder that it looked into: 0.3 s a task,
10 of the 340 seconds of processor time that a run over a million identities took.
"""

from __future__ import annotations

import runpy
import sys


def main() -> None:
    """Never returns before the driver ends."""
    sys.path[:] = [path for path in sys.path if not path.endswith((".zip", ".jar"))]
    # To get here, Python has looked into the archives already.
    sys.path_importer_cache.clear()
    runpy.run_module("pyspark.daemon", run_name="__main__")


if __name__ == "__main__":
    main()
