"""Imports: other spec files inside the root folder, and the standard library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from specc.base.assets import asset_folder
from specc.base.diagnostics import SpecError, placed
from specc.base.source import Span
from specc.base.suggest import nearest
from specc.resolve.errors import UnknownMember
from specc.resolve.errors_statements import BadImport
from specc.resolve.expand import Expander
from specc.resolve.items import Abandoned, ModelBlock, Namespace, Scope
from specc.syntax import ast

INDEXES = ("std", "std.vision")
"""Parts of the standard library that only import from others, which are read when their blocks are wanted."""
LONGEST_PATH = 4096


def run_import(ex: Expander, statement: ast.Import | ast.FromImport, scope: Scope) -> None:
    """Bind what the statement imports."""
    wanted = tuple(name.name for name in statement.names) if isinstance(statement, ast.FromImport) else ()
    found = _load(ex, statement.location, statement.span, wanted)
    if isinstance(statement, ast.Import):
        scope.bind(statement.name, Namespace(statement.location, found), statement.span)
        scope.variables[statement.name].read = True
        return
    for name in statement.names:
        variable = found.variables.get(name.name)
        if variable is None:
            near = nearest(name.name, found.variables)
            raise ex.wrong(UnknownMember(f'"{statement.location}"', name.name, near), name.span)
        scope.bind(name.alias, variable.item, name.span)
        scope.variables[name.alias].read = True


def inside_root(ex: Expander, path: Path, location: str, span: Span) -> Path:
    """The file at `path`, relative to the file that names it; it must lie below the root, links followed."""
    if ex.root is None or span.source.path is None:
        raise ex.wrong(BadImport(location, "a spec that is not a file cannot name other files"), span)
    if len(location) > LONGEST_PATH:
        raise ex.wrong(BadImport(location, "the path is too long"), span)
    if path.is_absolute() or "\0" in location:
        raise ex.wrong(BadImport(location, "the path must be relative"), span)
    try:
        resolved = _followed(ex, _followed(ex, span.source.path).parent / path)
    except (OSError, RuntimeError):
        raise ex.wrong(BadImport(location, "the path cannot be followed"), span) from None
    roots = (_followed(ex, ex.root), _followed(ex, asset_folder("specs")))
    if not any(resolved.is_relative_to(root) for root in roots):
        raise ex.wrong(BadImport(location, f"it lies outside of the spec's folder {ex.root}"), span)
    return resolved


def _followed(ex: Expander, path: Path) -> Path:
    """`path` with its links followed, which is asked of the system once."""
    if path not in ex.followed:
        ex.followed[path] = path.resolve()
    return ex.followed[path]


def _path(ex: Expander, location: str, span: Span) -> Path:
    if location == "std" or location.startswith("std."):
        parts = location.split(".")
        path = asset_folder("specs").joinpath(*parts).with_suffix(".specc")
        if not all(part.isidentifier() for part in parts) or not _is_file(path):
            raise ex.wrong(BadImport(location, "the standard library has no such part"), span)
        return path
    return inside_root(ex, Path(location), location, span)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def _load(ex: Expander, location: str, span: Span, wanted: tuple[str, ...]) -> Scope:
    """What the file offers; of the standard library's index no more than `wanted`, where these are named."""
    path = _path(ex, location, span)
    key = f"{path}:{','.join(wanted)}" if location in INDEXES else str(path)
    if key in ex.imported:
        known = ex.imported[key]
        if known is None:
            raise ex.wrong(BadImport(location, "the files import each other in a circle"), span)
        return known
    if len(ex.imported) >= ex.limits.imports:
        raise ex.wrong(BadImport(location, f"more than {ex.limits.imports} files are imported"), span)
    ex.imported[key] = None
    try:
        source = ex.load_source(path, _shown(location, path, span))
        module = ex.read_module(source)
    except SpecError as error:
        del ex.imported[key]
        for diagnostic in placed(error, span).diagnostics:
            ex.reporter.add(diagnostic)
        if any(diagnostic.span is None for diagnostic in error.diagnostics):
            raise Abandoned from None
        raise ex.wrong(BadImport(location, "the file cannot be read"), span) from None
    scope = _define(ex, _only(module, wanted) if location in INDEXES else module)
    ex.imported[key] = scope
    return scope


def _only(module: ast.Module, wanted: tuple[str, ...]) -> ast.Module:
    """An index with the imports of the names that are `wanted`; the whole of it where one of them is not there."""
    kept: list[ast.Statement] = []
    missing = set(wanted)
    for statement in module.statements:
        if isinstance(statement, ast.FromImport):
            names = tuple(name for name in statement.names if name.alias in wanted)
            missing -= {name.alias for name in names}
            kept += [replace(statement, names=names)] if names else []
    return module if missing or not wanted else replace(module, statements=tuple(kept))


def _shown(location: str, path: Path, span: Span) -> str:
    """Name of an imported file in messages: beside the name of the file that imports it."""
    return (
        f"{location.replace('.', '/')}.specc"
        if location.startswith("std")
        else str(Path(span.source.name).parent / location)
    )


def _define(ex: Expander, module: ast.Module) -> Scope:
    """What a file offers to others: blocks, functions and imports; its values where it is no model, else the model."""
    scope = Scope()
    header = next((s for s in module.statements if isinstance(s, ast.Model)), None)
    kept: list[ast.Statement] = []
    for statement in module.statements:
        offered = isinstance(statement, (ast.Definition, ast.Import, ast.FromImport))
        if offered or (isinstance(statement, ast.Assign) and header is None):
            kept.append(statement)
    ex.execute_statements(ex, tuple(kept), scope)
    if header is not None:
        scope.bind(header.name, ModelBlock(module, header), header.span)
    for variable in scope.variables.values():
        variable.read = True
    return scope
