"""A workload in a user's own code: how it is found, which version of it that is, and what is said where it fails."""

import importlib
import sys

import pytest

from crossover.model.workload import Workload, WorkloadError
from crossover.model.workloads import BUILT_IN, MLP, find

CODE = """
import torch

def network(scale):
    return torch.nn.Linear(3 * scale, 2)

def samples(scale, count, generator):
    return torch.randn(count, 3 * scale, generator=generator), torch.zeros(count, 2)
"""

OBJECT = """
class Mine:
    scales = "7"

    def network(self, scale):
        return network(scale)

    def samples(self, scale, count, generator):
        return samples(scale, count, generator)

mine = Mine()
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A user's folder, which is the current one; imports are forgotten after the test."""
    modules = dict(sys.modules)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # a file that changes within a second is read anew
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for name, module in list(sys.modules.items()):  # what else was imported meanwhile stays, such as parts of torch
        if str(getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]
    sys.modules.update(modules)
    importlib.invalidate_caches()


@pytest.fixture
def written(folder):
    """Writes files into that folder, by their names, with what they hold."""

    def write(**files):
        for name, text in files.items():
            path = folder / (name.replace("__in__", "/") + ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    return write


def fresh(name):
    """A workload as another process would find it."""
    known = dict(sys.modules)
    try:
        return find(name)
    finally:
        for each in sys.modules.keys() - known.keys():
            if getattr(sys.modules[each], "__file__", None):
                del sys.modules[each]


def refusal(name):
    with pytest.raises(WorkloadError) as refused:
        find(name)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_workload_of_the_suite_is_found_by_its_name(name):
    workload = find(name)

    assert name == workload.name
    assert workload.is_built_in
    assert (workload is MLP) == (name == "mlp")


def test_a_file_is_a_workload(written, folder):
    written(mine=CODE)

    for name in ("mine.py", "./mine.py", str(folder / "mine.py")):
        workload = find(name)
        assert "mine.py" == workload.name
        assert not workload.is_built_in
        assert 3 * 5 * 2 + 2 == workload.size(5).parameters


def test_a_name_in_a_file_or_in_a_module_is_one_too(written):
    written(mine=CODE + OBJECT, inner__in__theirs=CODE + OBJECT, inner__in____init__="")

    assert ("mine.py:mine", "7") == (find("mine.py:mine").name, find("mine.py:mine").scales)
    assert ("inner.theirs:mine", "7") == (find("inner.theirs:mine").name, find("inner.theirs:mine").scales)


def test_a_file_has_what_lies_beside_it(written, folder):
    """Even where the suite, or a folder that was imported from before, has names like these."""
    written(
        mine="from model import network\nfrom utils import samples\nfrom benchmarks.sizes import scales",
        model=CODE,
        utils=CODE,
        benchmarks__in____init__="",
        benchmarks__in__sizes="scales = '3,9'",
    )
    workload = find("mine.py")

    assert "3,9" == workload.scales
    assert str(folder / "model.py") == workload.network.__code__.co_filename
    assert str(folder / "utils.py") == workload.samples.__code__.co_filename


def test_functions_may_import_when_they_are_called(written):
    written(mine="def network(scale):\n    from late import network\n    return network(scale)\n" + CODE.replace(
        "def network", "def other"), late=CODE)  # fmt: skip

    assert 3 * 2 + 2 == find("mine.py").size(1).parameters


def test_the_version_is_that_of_the_code_and_not_of_its_layout(written):
    written(mine=CODE)
    first = fresh("mine.py").version
    written(mine=CODE.replace("\n\n", "\n\n\n# other words\n"))
    layout = fresh("mine.py").version
    written(mine=CODE.replace("3 * scale", "4 * scale"))
    code = fresh("mine.py").version

    assert first == layout
    assert first != code
    assert 16 == len(first)


def test_the_version_is_also_that_of_what_is_imported_from_beside_it(written, folder):
    written(mine="from layers import *", layers=CODE, unused="x = 1")
    first = fresh("mine.py").version
    written(unused="x = 2")
    assert first == fresh("mine.py").version
    written(layers=CODE.replace("3 * scale", "4 * scale"))
    assert first != fresh("mine.py").version


def test_the_version_does_not_depend_on_the_folder(written, folder):
    written(mine="from layers import *", layers=CODE)
    here = fresh("mine.py").version
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    for name in ("mine.py", "layers.py"):
        (folder / name).rename(elsewhere / name)

    assert here == fresh("elsewhere/mine.py").version


def test_what_is_installed_does_not_count_to_the_version(written, folder, monkeypatch):
    """A virtual environment may lie in the folder of the file."""
    installed = folder / ".venv" / "lib"
    installed.mkdir(parents=True)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(installed))
    monkeypatch.syspath_prepend(installed)
    written(mine="import installed_layer\n" + CODE)
    versions = []
    for text in ("x = 1", "x = 2"):
        (installed / "installed_layer.py").write_text(text)
        versions.append(fresh("mine.py").version)

    assert versions[0] == versions[1]


@pytest.mark.parametrize("name", ["torch", "json", "model", "numpy"])
def test_a_file_may_be_called_like_a_module_that_is_installed(written, name):
    before = sys.modules.get(name)
    written(**{name: CODE.replace("import torch", "import torch, json") if name != "torch" else CODE})
    workload = find(f"{name}.py")

    assert 3 * 2 + 2 == workload.size(1).parameters
    assert before is None or before is sys.modules[name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere.py", "nowhere.py: there is no such file; it takes mlp, cnn, transformer, lstm, a file such as"),
        ("nowhere", "nowhere: there is no such file; it takes mlp, cnn, transformer, lstm, a file such as my_model.py"),
        ("nowhere.py:mine", "nowhere.py:mine: there is no such file; it takes mlp"),
        (".", ".: is a folder; it takes mlp"),
        ("notes.txt", "notes.txt: is no Python file; it takes mlp"),
        ("nowhere:mine", "nowhere:mine: there is no module nowhere; it takes mlp"),
        ("no.where:mine", "no.where:mine: there is no module no.where; it takes mlp"),
        ("mine.py:other", "mine.py:other: mine.py defines no other"),
        ("mine:other", "mine:other: mine defines no other"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(written, folder, name, expected):
    written(mine=CODE)
    (folder / "notes.txt").write_text("notes")

    assert refusal(name).startswith(expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1\nx = = 2", "mine.py, line 2: invalid syntax"),
        ("import sys\nsys.exit(3)", "mine.py: SystemExit while it was loaded: 3 (line 2)"),
        ("exit()", "mine.py: SystemExit while it was loaded"),
        ("x = 1\n\n1 / 0", "mine.py: ZeroDivisionError while it was loaded: division by zero (line 3)"),
        ("\ndef f():\n    raise ValueError('one\\ntwo')\n\nf()", "ValueError while it was loaded: one (line 3)"),
        ("import nowhere_at_all", "ModuleNotFoundError while it was loaded: No module named 'nowhere_at_all' (line 1)"),
        ("x = 1", "mine.py defines no function network(scale)"),
    ],
)
def test_code_that_fails_is_told_with_its_line(written, code, expected):
    written(mine=code)

    assert expected in refusal("mine.py")


def test_a_file_that_failed_can_be_mended_and_found(written):
    written(mine="1 / 0")
    refusal("mine.py")
    written(mine=CODE)

    assert isinstance(find("mine.py"), Workload)


def test_an_interrupt_while_a_file_is_loaded_is_one(written):
    written(mine="raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        find("mine.py")


def test_the_version_is_also_that_of_what_a_function_imports_and_of_packages(written, folder):
    (folder / "parts").mkdir()
    written(mine=f"{CODE}\ndef loss(outputs, targets):\n    from parts import first\n    return first.loss(outputs)\n")
    written(parts__in__first="from . import second\n", parts__in__second="A = 1\n", parts__in__other="A = 1\n")
    versions = [fresh("mine.py").version]
    written(parts__in__other="A = 2\n")
    versions.append(fresh("mine.py").version)
    written(parts__in__second="A = 2\n")
    versions.append(fresh("mine.py").version)

    assert versions[0] == versions[1] != versions[2]
