"""The process that Spark forks its Python workers from: Spark's own, without the zipped pyspark.

Spark puts its zip archive before the installed package of the same version, and every task has
Python read that archive's directory again for each folder that it imported from: 0.3 s a task, 10
of the 340 seconds of processor time that a run over a million identities takes.
"""

from __future__ import annotations

import runpy
import sys


def main() -> None:
    """Never returns before the driver ends."""
    sys.path[:] = [path for path in sys.path if not path.endswith(".zip")]
    runpy.run_module("pyspark.daemon", run_name="__main__")


if __name__ == "__main__":
    main()
