"""The names that machines get, beside runs of other machines."""

import json

import pytest

from crossover.benchmarks.runs import names


@pytest.fixture
def saved(document):
    """Saves a run of a machine in a folder."""

    def save(folder, source="measured", **facts):
        folder.mkdir(parents=True, exist_ok=True)
        made = document({"cpu": {1: "failed: x"}}, machine=folder.name, source=source, facts=facts)
        (folder / "0001_x.json").write_text(json.dumps(made))

    return save


FACTS = {"id": "a", "cpu_model": "X", "cores": 2, "memory_gib": 24, "accelerators": []}


def test_a_name_nobody_has_is_free(tmp_path):
    assert "x-2-cores" == names.free_name("x-2-cores", tmp_path, FACTS)


def test_the_same_machine_keeps_its_folder(saved, tmp_path):
    saved(tmp_path / "x-2-cores", **FACTS)

    assert "x-2-cores" == names.free_name("x-2-cores", tmp_path, FACTS)


@pytest.mark.parametrize(
    "fact", [{"id": "b"}, {"id": None}, {"memory_gib": 48}, {"cpu_model": "Y"}, {"accelerators": [{"name": "Z"}]}]
)
def test_another_machine_gets_another_folder(saved, tmp_path, fact):
    saved(tmp_path / "x-2-cores", **(FACTS | fact))

    assert "x-2-cores-2" == names.free_name("x-2-cores", tmp_path, FACTS)


def test_the_folder_of_published_figures_is_nobody_s(saved, tmp_path):
    """Whoever owns the same model of machine gets a folder of their own."""
    saved(tmp_path / "x-2-cores", source="published", cpu_model="X")

    assert "x-2-cores-2" == names.free_name("x-2-cores", tmp_path, FACTS)


def test_a_machine_that_the_documentation_shows_keeps_its_name_for_itself(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(names, "SHOWN", tmp_path / "shown")
    saved(tmp_path / "shown" / "x-2-cores", **(FACTS | {"id": "b"}))
    saved(tmp_path / "shown" / "y-2-cores", **FACTS)

    assert "x-2-cores-2" == names.free_name("x-2-cores", tmp_path, FACTS)
    assert "y-2-cores" == names.free_name("y-2-cores", tmp_path, FACTS)


def test_machines_without_an_id_are_told_apart_by_what_else_is_known(saved, tmp_path):
    anonymous = FACTS | {"id": None}
    saved(tmp_path / "x-2-cores", **anonymous)

    assert "x-2-cores" == names.free_name("x-2-cores", tmp_path, anonymous)
    assert "x-2-cores-2" == names.free_name("x-2-cores", tmp_path, anonymous | {"memory_gib": 48})


def test_a_third_machine_gets_a_third_folder(saved, tmp_path):
    saved(tmp_path / "x-2-cores", **(FACTS | {"id": "b"}))
    saved(tmp_path / "x-2-cores-2", **(FACTS | {"id": "c"}))

    assert "x-2-cores-3" == names.free_name("x-2-cores", tmp_path, FACTS)


def test_files_that_cannot_be_read_claim_no_folder(tmp_path):
    (tmp_path / "x-2-cores").mkdir()
    (tmp_path / "x-2-cores" / "0002_broken.json").write_text("{")

    assert "x-2-cores" == names.free_name("x-2-cores", tmp_path, FACTS)
