"""The variables that this process inherited: those that lead child programs astray, and those that change the times."""

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from crossover.benchmarks.machine import facts

__all__ = [
    "bound_to_a_repository",
    "by_threads",
    "decisive",
    "for_children",
    "for_interpreter",
    "shareable",
    "untraced",
    "unwritable",
]

DECISIVE = re.compile(
    r"(?!\w+_(HOME|ROOT|VERSION|BIN_PATH|CACHE|CACHE_PATH|CACHE_DIR)$)"  # container images set these by the dozen
    r"((OMP|GOMP|KMP|MKL|OPENBLAS|VECLIB|BLIS|TBB|DNNL|ONEDNN)_.*"  # threads and products of the CPU
    r"|(ATEN|TORCH|PYTORCH|TORCHINDUCTOR|TRITON)_.*"
    r"|(CUDA|CUBLAS|CUBLASLT|CUDNN|NCCL|GLOO|UCX)_.*|NVIDIA_TF32_OVERRIDE"
    r"|(HIP|HSA|ROCR|MIOPEN|ROCBLAS|HIPBLASLT|RCCL|ZE|ZES|SYCL|ONEAPI|NEO|UR)_.*"
    r"|(MALLOC|MIMALLOC|TCMALLOC)_.*|GLIBC_TUNABLES|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_.*"
    r"|PYTHON(PATH|OPTIMIZE|DEVMODE|MALLOC|TRACEMALLOC|PERFSUPPORT|_PERF_JIT_SUPPORT|_JIT|_GIL)"
    r"|CXX)"
)
"""The variables by which libraries, the allocator and Python run faster or slower, or are others."""

TRACING = re.compile(r"COV_CORE_.*|COVERAGE_PROCESS_(START|CONFIG)")
"""With these, coverage traces every line of each Python that is started."""

KEPT_BY_GIT = {"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"}
"""Variables that git lists as a repository's own, but passes on into other repositories: settings such as
safe.directory."""

OF_ONE_INTERPRETER = {"PYTHONPATH", "PYTHONHOME", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"}
"""Variables that tell an interpreter where its own modules are; another one would run with these instead of its own."""

LONGEST = 1000
"""The most characters of a saved value."""


def for_children() -> dict[str, str]:
    """Returns the variables of this process without those that lead child programs astray.

    git sets some for the hooks that it starts and for its aliases: with the GIT_INDEX_FILE of a hook, adding a worktree
    would write into the commit that is being made. Others have coverage trace every Python.
    """
    bound = bound_to_a_repository()
    return {name: value for name, value in os.environ.items() if name not in bound and not TRACING.fullmatch(name)}


def by_threads(count: int) -> dict[str, str]:
    """Returns the variables that tell a process how many threads to use on the CPU.

    To change their number later leaves some of them idle but alive, and those of MKL as they are.
    """
    return dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(count))


def for_interpreter(python: str) -> dict[str, str]:
    """Returns the variables for a program that an interpreter runs; those of this interpreter are not for another."""
    kept = for_children()
    return kept if python == sys.executable else {n: value for n, value in kept.items() if n not in OF_ONE_INTERPRETER}


@cache
def bound_to_a_repository() -> frozenset[str]:
    """Returns the names of the variables that bind git to a repository, as git lists them; none without git."""
    try:
        listed = subprocess.run(
            ["git", "rev-parse", "--local-env-vars"], stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except OSError:
        return frozenset()
    return frozenset(listed.stdout.split()) - KEPT_BY_GIT


def decisive() -> dict[str, str]:
    """Returns the variables that may change the times, by name, as they can be saved."""
    found = sorted(name for name, value in os.environ.items() if value and DECISIVE.fullmatch(name))
    return {name: shareable(os.environ[name])[:LONGEST] for name in found}


def shareable(text: str) -> str:
    """Returns a text with `~` for the home folder, which bears its owner's name, and as UTF-8 can hold it."""
    plain = text.encode(errors="replace").decode()
    home: Path | None = facts.read("home folder", Path.home)  # a container may run under a user that it does not know
    if not home or not home.name:
        return plain
    return re.sub(rf"(?<![\w.-]){re.escape(str(home))}(?![\w.-])", "~", plain)


def unwritable(error: OSError) -> str:
    """Says in a line that there is no place for temporary files, and how another one is named."""
    words = error.strerror or error
    return f"{tempfile.tempdir or 'this machine'} cannot hold temporary files: {words}; TMPDIR names another folder"


@contextmanager
def untraced() -> Iterator[None]:
    """Suspend coverage, debuggers and profilers during the block, here and in the processes that are started in it."""
    before = sys.gettrace(), threading.gettrace(), sys.getprofile()
    starters = {name: os.environ.pop(name) for name in list(os.environ) if TRACING.fullmatch(name)}
    trace_by(None, None, None)
    try:
        yield
    finally:
        trace_by(*before)
        os.environ.update(starters)


def trace_by(tracer: Any, tracer_of_threads: Any, profiler: Any) -> None:
    sys.settrace(tracer)
    threading.settrace(tracer_of_threads)
    sys.setprofile(profiler)
