"""Rules of the house that import-linter cannot see: they are about calls and sizes, not imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "sources",
    "resolution",
    "quality",
    "pipelines",
    "dagster_project",
    "generator",
    "scv",
    "scripts",
)
SESSION_MAKERS = {"Builder", "builder", "getOrCreate", "SparkContext"}


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def session_makers(source: str) -> set[str]:
    """Names by which this code would start Spark: calls or attributes of SparkSession's builder."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in SESSION_MAKERS:
            found.add(node.attr)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {node.func.id} & {"SparkContext", "SparkSession"}
    return found


def test_only_the_session_module_builds_a_spark_session() -> None:
    builders = {path.relative_to(ROOT) for path in modules() if session_makers(path.read_text())}
    assert builders == {Path("pipelines/session.py")}


@pytest.mark.parametrize(
    "source",
    [
        "from pyspark.sql import SparkSession\nSparkSession.builder.appName('x')",
        "from pyspark import SparkContext\nSparkContext('local')",
        "import pyspark.sql\npyspark.sql.SparkSession.Builder()",
    ],
)
def test_the_rule_sees_each_way_to_build_one(source: str) -> None:
    assert session_makers(source)


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring and the functions defined inside it."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    for inner in ast.walk(function):
        if inner is not function and isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            lines -= (inner.end_lineno or 0) - inner.lineno + 1
    docstring = function.body[0] if ast.get_docstring(function) else None
    return lines - (docstring.end_lineno - docstring.lineno + 1 if docstring else 0)  # type: ignore[operator]


def test_functions_stay_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": own_lines(node)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and own_lines(node) > 45
    }
    assert long == {}
