"""The structure of the program: levels of packages, who may import what, sizes of files and functions."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "specc"
LEVELS: dict[str, float] = {
    "base": 0,
    "tensor": 1,
    "ir": 2,
    "syntax": 2,
    "layers": 3,
    "resolve": 4,
    "weights": 5,
    "analysis": 5,
    "passes": 6,
    "lower": 6,
    "quantise": 6.5,
    "emit": 7,
    "arena": 7.5,
    "runtime": 8,
    "report": 8,
    "driver": 9,
    "errors": 4,
    "values": 5,
    "zoo": 6,
    "mistakes": 9,
    "model": 9,
    "calibrate": 9.2,
    "api": 9.5,
    "measure": 9.7,
    "verify": 9.3,
    "effects": 9.3,
    "cli": 10,
    "__main__": 11,
    "": 11,
}
"""Level of each part of `specc`: a package or a module; the part without a name is `specc` itself."""

OWNERS = {"onnx": "emit", "onnxruntime": "runtime"}
"""Outside packages that one part alone may import."""

MAX_FILE = 500
MAX_FUNCTION = 50

FILES = sorted(path for path in PACKAGE.rglob("*.py") if "_assets" not in path.parts)


def module_of(path: Path) -> str:
    """Dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}
DYNAMIC = ("specc", "specc.layers.registry", "specc.mistakes")


@cache
def tree_of(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def part_of(module: str) -> str:
    """The part of `specc` that a module lies in."""
    return module.split(".")[1] if "." in module else ""


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Modules that a file imports anywhere, with the line; `from a import b` is `a.b` where that is a module."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner != "specc.__version__":
                    yield (inner if inner in MODULES else node.module), node.lineno


def typing_only(path: Path) -> set[int]:
    """Lines under `if TYPE_CHECKING:`, which never run."""
    lines: set[int] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            lines.update(range(node.lineno, (node.body[-1].end_lineno or node.lineno) + 1))
    return lines


def dynamic(path: Path) -> Iterator[int]:
    """Lines that import by a name in a string."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in ("import_module", "__import__"):
                yield node.lineno


def circle(edges: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle, where there are such."""
    done: set[str] = set()
    for start in edges:
        trail: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(edges[start])))]
        path = [start]
        while trail:
            target = next(trail[-1][1], None)
            if target is None:
                done.add(trail.pop()[0])
                path.pop()
            elif target in path:
                return [*path[path.index(target) :], target]
            elif target not in done:
                trail.append((target, iter(sorted(edges[target]))))
                path.append(target)
    return []


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its decorators and its docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        assert first.end_lineno is not None
        lines -= first.end_lineno - first.lineno + 1
    return lines


def test_there_are_modules() -> None:
    assert len(FILES) > 30


def test_every_part_has_a_level() -> None:
    assert {part_of(module) for module in MODULES} <= set(LEVELS)


@pytest.mark.parametrize("part", sorted(LEVELS, key=str), ids=lambda part: part or "specc")
def test_a_part_imports_lower_parts_only(part: str) -> None:
    wrong = [
        f"{module}:{line} imports {target}"
        for module, path in MODULES.items()
        if part_of(module) == part
        for target, line in imported(path)
        if target.split(".")[0] == "specc"
        and part_of(target) != part
        and LEVELS.get(part_of(target), 99) >= LEVELS[part]
    ]
    assert wrong == []


@pytest.mark.parametrize("package", OWNERS)
def test_outside_packages_have_one_importer(package: str) -> None:
    wrong = [
        f"{module}:{line}"
        for module, path in MODULES.items()
        if part_of(module) != OWNERS[package]
        for target, line in imported(path)
        if target.split(".")[0] == package
    ]
    assert wrong == []


def test_modules_do_not_import_in_a_circle() -> None:
    edges: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        skipped = typing_only(path)
        targets = {target for target, line in imported(path) if line not in skipped}
        edges[module] = {target for target in targets if target in MODULES} - {module}
    assert circle(edges) == []


def test_nothing_is_imported_by_a_string() -> None:
    """But for the public names and the layers, which are loaded when they are first asked for."""
    others = {module: path for module, path in MODULES.items() if module not in DYNAMIC}
    assert [f"{module}:{line}" for module, path in others.items() for line in dynamic(path)] == []


def test_the_check_path_starts_fast() -> None:
    """Modules on the way of `specc check` do not load heavy packages when they are imported."""
    heavy = {"numpy", "onnx", "onnxruntime", "networkx", "rich", "torch", "safetensors"}
    light = {"base", "tensor", "ir", "syntax", "layers", "resolve"}
    wrong = []
    for module, path in MODULES.items():
        if part_of(module) in light:
            inside = {
                inner.lineno
                for node in ast.walk(tree_of(path))
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
                for inner in ast.walk(node)
                if isinstance(inner, (ast.Import, ast.ImportFrom))
            }
            inside |= typing_only(path)
            wrong += [
                f"{module}:{line} imports {target}"
                for target, line in imported(path)
                if target.split(".")[0] in heavy and line not in inside
            ]
    assert wrong == []


def test_files_are_short() -> None:
    sizes = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    assert {module: size for module, size in sizes.items() if size > MAX_FILE} == {}


def test_functions_are_short() -> None:
    wrong = {
        f"{module}.{node.name}": length(node)
        for module, path in MODULES.items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and length(node) > MAX_FUNCTION
    }
    assert wrong == {}


def test_the_package_list_is_complete() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = settings["tool"]["setuptools"]["packages"]
    assert len(listed) == len(set(listed))
    folders = {module_of(path) for path in FILES if path.name == "__init__.py"}
    assert {module_of(path).rsplit(".", 1)[0] for path in FILES if path.name != "__init__.py"} <= folders
    assert {name for name in listed if not name.startswith("specc._assets.")} == folders
