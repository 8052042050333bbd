"""What the recipe `native` needs of a machine: a compiler, and a folder from which its output can be run."""

import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from crossover.model.recipes.native import recipe as native

UNAVAILABLE = "from crossover.model.recipes.native.recipe import unavailable; print(unavailable('cpu'))"


@pytest.fixture
def reason():
    """Returns anew why the recipe is unavailable."""
    native.trouble.cache_clear()
    yield lambda: native.unavailable("cpu")
    native.trouble.cache_clear()


def test_native_code_runs_on_the_cpu():
    assert "native code runs on the CPU, not on cuda" == native.unavailable("cuda")


@pytest.mark.skipif(not shutil.which("g++"), reason="no g++ here")
@pytest.mark.parametrize("cxx", ["g++", "g++ -O1 -DNAME='two words'", "env g++", "  g++  "])
def test_a_compiler_may_be_named_with_its_arguments(monkeypatch, reason, cxx):
    monkeypatch.setenv("CXX", cxx)

    assert reason() is None


@pytest.mark.parametrize(
    ("cxx", "expected"),
    [
        ("", "native code needs a C++ compiler: CXX='' names none that is here"),
        ("  ", "native code needs a C++ compiler: CXX='  ' names none that is here"),
        (
            "no-compiler -O2",
            "native code needs a C++ compiler: CXX='no-compiler -O2' names none that is here",
        ),
        ("c++ '-O2", 'native code needs a C++ compiler: CXX="c++ \'-O2" cannot be read: No closing quotation'),
        ("false", "ended with status 1"),
        ("sh -c 'echo first >&2; echo second >&2; exit 3'", ": first"),
    ],
)
def test_a_compiler_that_cannot_be_used_is_said_in_a_line(monkeypatch, reason, cxx, expected):
    monkeypatch.setenv("CXX", cxx)

    assert reason().endswith(expected)
    assert "\n" not in reason()


def test_a_compiler_that_is_no_program(monkeypatch, reason, tmp_path):
    path = tmp_path / "c++"
    path.write_text("neither a script nor machine code")
    path.chmod(0o755)
    monkeypatch.setenv("CXX", str(path))

    assert f"native code needs a C++ compiler: {path} cannot be run: Exec format error" == reason()


def test_without_a_compiler(monkeypatch, reason):
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv("PATH", "")

    assert "native code needs a C++ compiler: none is called c++, and CXX is not set" == reason()


@pytest.mark.skipif(native.unavailable("cpu") is not None, reason="no C++ compiler here")
def test_a_folder_that_is_gone_is_named(monkeypatch, reason, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))

    assert f"{tmp_path / 'gone'} and run from there: No such file or directory; TMPDIR names another folder" in reason()


@pytest.mark.skipif(native.unavailable("cpu") is not None, reason="no C++ compiler here")
def test_a_folder_from_which_nothing_can_be_run_is_named(tmp_path, pytestconfig):
    """Mounted in a namespace of the test's own, where that is allowed."""
    mount = f"mount -t tmpfs -o noexec none {tmp_path} && exec env TMPDIR={tmp_path} "
    namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*namespace, f"{mount} true"], capture_output=True).returncode:
        pytest.skip("no mount namespaces here")
    said = subprocess.run(
        [*namespace, f'{mount} "$@"', "sh", sys.executable, "-c", UNAVAILABLE],
        env=os.environ | {"PYTHONPATH": str(pytestconfig.rootpath)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert f"native code cannot be written to {tmp_path} and run from there: failed to map" in said
    assert said.endswith("TMPDIR names another folder, which must not be mounted noexec\n")


@pytest.mark.skipif(native.unavailable("cpu") is not None, reason="no C++ compiler here")
def test_a_mistake_in_the_code_is_no_fault_of_the_machine(monkeypatch, tmp_path):
    (tmp_path / "native.cpp").write_text("mistake")
    monkeypatch.setattr(native, "__file__", str(tmp_path / "recipe.py"))

    assert native.unavailable("cpu") is None
    with pytest.raises(RuntimeError, match="native code could not be compiled"):
        native.compiled.__wrapped__("float", 10)
