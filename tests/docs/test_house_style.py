"""The sizes that keep the code readable, and what no file of the project may hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for path in (PROJECT / "src").rglob("*.py") if "migrations" not in path.parts)
LONGEST_MODULE = 500
LONGEST_FUNCTION = 60
# Tables of data, one row a line, are read differently from code.
TABLES = {"core/x12/model.py", "ledger/models.py"}


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT / "src" / "dueline"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_says_what_it_is_about(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not tree.body or ast.get_docstring(tree), "no docstring at its head"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_and_its_functions_are_short(path: Path) -> None:
    text = path.read_text()
    if name(path) not in TABLES and "/data/" not in name(path):
        assert len(text.splitlines()) < LONGEST_MODULE
    lengths = {f.name: (f.end_lineno or 0) - f.lineno + 1 for f in functions(ast.parse(text))}
    assert {n: length for n, length in lengths.items() if length > LONGEST_FUNCTION} == {}
