import json

import pytest
from crossover.benchmarks.machine import host


@pytest.mark.parametrize(
    ("cpu_model", "cores", "accelerator", "expected"),
    [
        ("Apple M2 Max", 12, "Apple M2 Max", "apple-m2-max"),
        ("AMD EPYC", 2, None, "amd-epyc-2-cores"),
        ("AMD EPYC 7B13 64-Core Processor", 8, None, "amd-epyc-7b13-8-cores"),
        ("Intel(R) Xeon(R) Processor", 2, None, "intel-xeon-2-cores"),
        ("Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz", 6, None, "intel-core-i7-8700k-6-cores"),
        ("AMD Ryzen 7 5800H with Radeon Graphics", 8, None, "amd-ryzen-7-5800h-8-cores"),
        ("Intel(R) Xeon(R) Platinum", 16, "NVIDIA H200", "nvidia-h200-intel-xeon-platinum-16-cores"),
    ],
)
def test_the_default_name_is_readable(cpu_model, cores, accelerator, expected):
    assert expected == host.default_name(cpu_model, cores, accelerator)


def saved(folder, source="measured", **facts):
    folder.mkdir(parents=True, exist_ok=True)
    cell = {"name": "test_x", "benchmark": "x", "scale": 1, "device": "cpu", "recipe": "article", "parameters": 1}
    run = {
        "machine_info": {"crossover": {"name": folder.name} | facts},
        "benchmarks": [],
        "datetime": "2026-01-01T00:00:00+00:00",
        "crossover": {
            "schema": 1,
            "source": source,
            "workload": {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000},
            "cells": [cell | {"status": "failed"}],
        },
    }
    (folder / "0001_x.json").write_text(json.dumps(run))


FACTS = {"id": "a", "cpu_model": "X", "cores": 2, "memory_gib": 24, "accelerators": []}


def test_a_name_nobody_has_is_free(tmp_path):
    assert "x-2-cores" == host.free_name("x-2-cores", tmp_path, FACTS)


def test_the_same_machine_keeps_its_folder(tmp_path):
    saved(tmp_path / "x-2-cores", **FACTS)

    assert "x-2-cores" == host.free_name("x-2-cores", tmp_path, FACTS)


@pytest.mark.parametrize(
    "fact", [{"id": "b"}, {"id": None}, {"memory_gib": 48}, {"cpu_model": "Y"}, {"accelerators": [{"name": "Z"}]}]
)
def test_another_machine_gets_another_folder(tmp_path, fact):
    saved(tmp_path / "x-2-cores", **(FACTS | fact))

    assert "x-2-cores-2" == host.free_name("x-2-cores", tmp_path, FACTS)


def test_the_folder_of_published_figures_is_nobody_s(tmp_path):
    """Whoever owns the same model of machine gets a folder of their own."""
    saved(tmp_path / "x-2-cores", source="published", cpu_model="X")

    assert "x-2-cores-2" == host.free_name("x-2-cores", tmp_path, FACTS)


def test_a_machine_that_the_documentation_shows_keeps_its_name_for_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(host, "SHOWN", tmp_path / "shown")
    saved(tmp_path / "shown" / "x-2-cores", **(FACTS | {"id": "b"}))
    saved(tmp_path / "shown" / "y-2-cores", **FACTS)

    assert "x-2-cores-2" == host.free_name("x-2-cores", tmp_path, FACTS)
    assert "y-2-cores" == host.free_name("y-2-cores", tmp_path, FACTS)


def test_machines_without_an_id_are_told_apart_by_what_else_is_known(tmp_path):
    anonymous = FACTS | {"id": None}
    saved(tmp_path / "x-2-cores", **anonymous)

    assert "x-2-cores" == host.free_name("x-2-cores", tmp_path, anonymous)
    assert "x-2-cores-2" == host.free_name("x-2-cores", tmp_path, anonymous | {"memory_gib": 48})


def test_a_third_machine_gets_a_third_folder(tmp_path):
    saved(tmp_path / "x-2-cores", **(FACTS | {"id": "b"}))
    saved(tmp_path / "x-2-cores-2", **(FACTS | {"id": "c"}))

    assert "x-2-cores-3" == host.free_name("x-2-cores", tmp_path, FACTS)


def test_files_that_cannot_be_read_claim_no_folder(tmp_path):
    (tmp_path / "x-2-cores").mkdir()
    (tmp_path / "x-2-cores" / "0002_broken.json").write_text("{")

    assert "x-2-cores" == host.free_name("x-2-cores", tmp_path, FACTS)


def test_hardware_is_the_same_at_every_call():
    first = host.hardware()
    host.hardware.cache_clear()

    assert first == host.hardware()
    assert first["cores"] >= 1
    assert first["memory_gib"] >= 1
