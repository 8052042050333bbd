"""A workload in a user's own code: finding it, running it, and telling one version of it from another."""

import ast
import hashlib
import importlib
import importlib.util
import re
import sys
import sysconfig
from collections.abc import Callable
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
    before = set(sys.modules)
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
    return Workload.of(definition, short(name), version_of(module, before))


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
        if importlib.util.find_spec(place) is None:
            raise NoSourceError(f"{name}: there is no module {place}")
    except (ModuleNotFoundError, ValueError) as error:
        raise NoSourceError(f"{name}: there is no module {place}") from error
    run(name, lambda: importlib.import_module(place))
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


def version_of(module: ModuleType, before: set[str]) -> str:
    """A hash of the code of a module, and of what it imported from beside it; comments and layout do not count."""
    own = Path(module.__file__ or "").resolve()
    imported = [sys.modules[name] for name in set(sys.modules) - before]
    files = {Path(found) for each in imported if (found := getattr(each, "__file__", None))}
    beside = {path.resolve() for path in files if path.suffix == ".py" and is_beside(path.resolve(), own.parent)}
    code = hashlib.sha256()
    for path in sorted({own, *beside}):
        code.update(f"{path.relative_to(own.parent)}\n{code_of(path)}\n".encode())
    return code.hexdigest()[:16]


def is_beside(path: Path, folder: Path) -> bool:
    """Whether a file lies in a folder and belongs to the user, not to a virtual environment in it."""
    installed = [Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")]
    return path.is_relative_to(folder) and not any(path.is_relative_to(each) for each in installed)


def code_of(path: Path) -> str:
    return ast.dump(ast.parse(path.read_text(encoding="utf-8")))
