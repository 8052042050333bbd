"""The names that machines get, beside runs of other machines."""

import json

import pytest

from crossover.benchmarks.runs import machine_names


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
    assert "x-2-cores" == machine_names.free_name("x-2-cores", tmp_path, FACTS)


def test_the_same_machine_keeps_its_folder(saved, tmp_path):
    saved(tmp_path / "x-2-cores", **FACTS)

    assert "x-2-cores" == machine_names.free_name("x-2-cores", tmp_path, FACTS)


@pytest.mark.parametrize(
    "fact", [{"id": "b"}, {"id": None}, {"memory_gib": 48}, {"cpu_model": "Y"}, {"accelerators": [{"name": "Z"}]}]
)
def test_another_machine_gets_another_folder(saved, tmp_path, fact):
    saved(tmp_path / "x-2-cores", **(FACTS | fact))

    assert "x-2-cores-2" == machine_names.free_name("x-2-cores", tmp_path, FACTS)


def test_a_search_alone_keeps_the_folder_for_its_machine(tmp_path):
    sizes = [{"dial": 1, "size": 90_902, "turns_s": [[[0.1], [0.2]]]}]
    search = {"baseline": "cpu", "contender": "mps", "dials": [1], "within": 0.1, "elapsed_s": 60, "sizes": sizes}
    document = {
        "machine_info": {"crossover": {"name": "x-2-cores"} | FACTS},
        "benchmarks": [],
        "datetime": "2026-01-01T00:00:00+00:00",
        "crossover": {"schema": 1, "find": search | {"stopped": "settled"}},
    }
    (tmp_path / "x-2-cores").mkdir()
    (tmp_path / "x-2-cores" / "find_20260101_000000.json").write_text(json.dumps(document))

    assert "x-2-cores" == machine_names.free_name("x-2-cores", tmp_path, FACTS)
    assert "x-2-cores-2" == machine_names.free_name("x-2-cores", tmp_path, FACTS | {"id": "b"})


def test_the_folder_of_published_figures_is_nobody_s(saved, tmp_path):
    """Whoever owns the same model of machine gets a folder of their own."""
    saved(tmp_path / "x-2-cores", source="published", cpu_model="X")

    assert "x-2-cores-2" == machine_names.free_name("x-2-cores", tmp_path, FACTS)


def test_a_machine_that_the_documentation_shows_keeps_its_name_for_itself(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(machine_names, "SHOWN", tmp_path / "shown")
    saved(tmp_path / "shown" / "x-2-cores", **(FACTS | {"id": "b"}))
    saved(tmp_path / "shown" / "y-2-cores", **FACTS)

    assert "x-2-cores-2" == machine_names.free_name("x-2-cores", tmp_path, FACTS)
    assert "y-2-cores" == machine_names.free_name("y-2-cores", tmp_path, FACTS)


def test_machines_without_an_id_are_told_apart_by_what_else_is_known(saved, tmp_path):
    anonymous = FACTS | {"id": None}
    saved(tmp_path / "x-2-cores", **anonymous)

    assert "x-2-cores" == machine_names.free_name("x-2-cores", tmp_path, anonymous)
    assert "x-2-cores-2" == machine_names.free_name("x-2-cores", tmp_path, anonymous | {"memory_gib": 48})


def test_a_third_machine_gets_a_third_folder(saved, tmp_path):
    saved(tmp_path / "x-2-cores", **(FACTS | {"id": "b"}))
    saved(tmp_path / "x-2-cores-2", **(FACTS | {"id": "c"}))

    assert "x-2-cores-3" == machine_names.free_name("x-2-cores", tmp_path, FACTS)


def test_files_that_cannot_be_read_claim_no_folder(tmp_path):
    (tmp_path / "x-2-cores").mkdir()
    (tmp_path / "x-2-cores" / "0002_broken.json").write_text("{")

    assert "x-2-cores" == machine_names.free_name("x-2-cores", tmp_path, FACTS)


@pytest.mark.parametrize("fact", [{"id": "an earlier container's"}, {"id": None}, {"memory_gib": 23}])
def test_where_no_id_lasts_the_same_hardware_keeps_its_folder(saved, tmp_path, fact):
    """Every container had an id of its own, and every run a folder. A new kernel may keep some more memory."""
    saved(tmp_path / "x-2-cores", **(FACTS | fact))

    assert "x-2-cores" == machine_names.free_name("x-2-cores", tmp_path, FACTS | {"id": None})


@pytest.mark.parametrize("fact", [{"memory_gib": 48}, {"cpu_model": "Y"}, {"cores": 4}, {"accelerators": [{}]}])
def test_where_no_id_lasts_other_hardware_gets_another_folder(saved, tmp_path, fact):
    saved(tmp_path / "x-2-cores", **(FACTS | fact))

    assert "x-2-cores-2" == machine_names.free_name("x-2-cores", tmp_path, FACTS | {"id": None})


def test_a_container_does_not_take_the_folder_from_its_machine(saved, tmp_path):
    """Both save into it: the container knows the machine by its hardware, and the machine its own first run."""
    saved(tmp_path / "x-2-cores", **FACTS)
    (tmp_path / "x-2-cores" / "0001_x.json").rename(tmp_path / "x-2-cores" / "0000_x.json")
    saved(tmp_path / "x-2-cores", **(FACTS | {"id": None}))

    assert "x-2-cores" == machine_names.free_name("x-2-cores", tmp_path, FACTS)
    assert "x-2-cores-2" == machine_names.free_name("x-2-cores", tmp_path, FACTS | {"id": "b"})


def test_where_nothing_is_known_of_a_machine_published_figures_are_not_its_own(saved, tmp_path):
    saved(tmp_path / "x-2-cores", source="published")

    assert "x-2-cores-2" == machine_names.free_name("x-2-cores", tmp_path, dict.fromkeys(FACTS))
