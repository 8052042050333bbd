"""A workload in a user's own code: finding it, running it, and telling one version of it from another."""

import ast
import hashlib
import importlib
import importlib.util
import re
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from crossover.model.workload import Workload, WorkloadError
from crossover.model.workload_names import parted, short

__all__ = ["NoSourceError", "workload"]


class NoSourceError(WorkloadError):
    """There is no such file or module."""


def workload(name: str) -> Workload:
    """The workload of `FILE`, `FILE:NAME` or `module:NAME`: the module itself, or the object of that name in it.

    Raises WorkloadError where there is none, or where its code fails.
    """
    place, of = parted(name)
    if place.endswith(".py") or Path(place).exists():
        module = of_file(Path(place), name)
    elif of:
        module = of_module(place, name)
    else:
        raise NoSourceError(f"{name}: there is no such file")
    definition: object = module
    if of:
        if not hasattr(module, of):
            raise WorkloadError(f"{name}: {place} defines no {of}")
        definition = getattr(module, of)
    return Workload.of(definition, short(name), version_of(module))


def of_file(path: Path, name: str) -> ModuleType:
    """The module of a file, which can import what lies beside it."""
    if not path.is_file():
        raise NoSourceError(f"{name}: {'is a folder' if path.is_dir() else 'there is no such file'}")
    stem = path.stem if path.stem.isidentifier() and path.stem not in sys.modules else re.sub(r"\W", "_", f"own_{path}")
    spec = importlib.util.spec_from_file_location(stem, path.resolve())
    if spec is None or spec.loader is None:
        raise NoSourceError(f"{name}: is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))  # stays there: functions import when they are called, too
    sys.modules[stem] = module
    try:
        run(name, lambda: spec.loader.exec_module(module))  # type: ignore[union-attr]
    except WorkloadError:
        del sys.modules[stem]
        raise
    return module


def of_module(place: str, name: str) -> ModuleType:
    """The module of a name, found as Python finds it from the current folder."""
    sys.path.insert(0, str(Path.cwd()))
    try:
        run(name, lambda: importlib.import_module(place))
    except WorkloadError as error:
        missing = error.__cause__.name if isinstance(error.__cause__, ModuleNotFoundError) else None
        if missing and f"{place}.".startswith(f"{missing}."):
            raise NoSourceError(f"{name}: there is no module {place}") from error
        raise
    return sys.modules[place]


def run(name: str, load: Callable[[], object]) -> None:
    """Run a user's code; raises WorkloadError for whatever ends it, but for an interrupt."""
    try:
        load()
    except KeyboardInterrupt:
        raise
    except SyntaxError as error:
        raise WorkloadError(f"{error.filename or name}, line {error.lineno}: {error.msg}") from error
    except BaseException as error:  # SystemExit, too
        words = (str(error).strip().splitlines() or [""])[0]
        raise WorkloadError(
            f"{name}: {type(error).__name__} while it was loaded: {words}{where(error, name)}"
        ) from error


def where(error: BaseException, name: str) -> str:
    """` (line 12)`: the line of the user's file that raised an error."""
    place, _ = parted(name)
    line = 0
    trace = error.__traceback__
    while trace:
        if Path(trace.tb_frame.f_code.co_filename).name == Path(place).name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" (line {line})" if line else ""


def version_of(module: ModuleType) -> str:
    """A hash of the code of a module, and of what it imports from beside it; comments and layout do not count."""
    if not (module.__file__ or "").endswith(".py"):
        raise WorkloadError(f"{module.__name__} is not written in Python")
    own = Path(str(module.__file__)).resolve()
    root = own.parents[module.__name__.count(".")]
    trees = {own: tree_of(own)}
    to_read = [own]
    while to_read:
        path = to_read.pop()
        for imported in imports(trees[path], path, root) - set(trees):
            trees[imported] = tree_of(imported)
            to_read.append(imported)
    code = "".join(f"{path.relative_to(root)}\n{ast.dump(trees[path])}\n" for path in sorted(trees))
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def tree_of(path: Path) -> ast.Module:
    """The code of a file; empty where it is none, which its import says better."""
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def imports(tree: ast.Module, path: Path, root: Path) -> set[Path]:
    """The files below `root` that a file imports anywhere, also in a function, but for what is installed there."""
    found: set[Path] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {file for name in node.names for file in files(root, name.name.split("."))}
        elif isinstance(node, ast.ImportFrom):
            base = path.parents[node.level - 1] if node.level else root
            package = node.module.split(".") if node.module else []
            found |= {file for name in node.names for file in files(base, [*package, name.name])}
    return {file for file in found if file.is_relative_to(root) and not is_installed(file)}


def files(base: Path, names: list[str]) -> Iterator[Path]:
    """The files of a module and of the packages that it is in, as far as they are below a folder."""
    for count in range(1, len(names) + 1):
        place = base.joinpath(*names[:count])
        yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())


def is_installed(path: Path) -> bool:
    """Whether a file belongs to Python or to a virtual environment, which may lie in the user's folder."""
    installed = [Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")]
    return any(path.is_relative_to(each) for each in installed)
