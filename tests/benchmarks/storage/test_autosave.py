"""The file in which a run stands until it is saved, on disks that are full or slow to take it."""

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossover.benchmarks.runs import load
from crossover.benchmarks.storage import autosave
from crossover.benchmarks.storage.autosave import UnfinishedFile

STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a run's file is written; temporary files go beside it."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "results").mkdir()
    monkeypatch.setattr(autosave.tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "results"


@pytest.fixture
def full(monkeypatch):
    """Makes disks full: folders of these names take not another byte."""

    def make(*names):
        def fsync(descriptor):
            if any(f"/{name}/" in str(Path(f"/proc/self/fd/{descriptor}").readlink()) for name in names):
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", fsync)

    return make


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_a_file_says_when_its_run_began_and_which_process_writes_it(folder):
    file = UnfinishedFile(folder, STARTED)
    file.write({"a": 1})

    assert [f"unfinished_20260102_030405_{os.getpid()}.json"] == names(folder)
    assert str(os.getpid()) == load.process_of(file.path)
    assert load.process_of(folder / "0001_x_7.json") is None


def test_a_process_of_the_same_number_in_another_container_keeps_its_file(folder):
    """Containers count their processes from 1, and may save into one folder."""
    for content in (1, 2):
        UnfinishedFile(folder, STARTED).write({"a": content})

    assert [1, 2] == [json.loads(path.read_text())["a"] for path in sorted(folder.iterdir())]


def test_what_stood_there_is_replaced_as_a_whole(folder):
    file = UnfinishedFile(folder, STARTED)
    file.write({"cells": [1]})
    file.write({"cells": [1, 2]})

    assert {"cells": [1, 2]} == json.loads(file.path.read_text())
    assert 1 == len(names(folder))


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError])
def test_a_write_that_is_cut_short_leaves_what_stood_there(folder, monkeypatch, fault):
    file = UnfinishedFile(folder, STARTED)
    file.write({"cells": [1]})
    monkeypatch.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(fault()))

    with pytest.raises(fault):
        file.write({"cells": [1, 2]})
    assert {"cells": [1]} == json.loads(file.path.read_text())
    assert 1 == len(names(folder))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="tells folders apart by /proc")
def test_on_a_full_disk_the_run_is_written_elsewhere_and_said_once(folder, full, tmp_path):
    file, said = UnfinishedFile(folder, STARTED), []
    file.write({"cells": []})
    full("results")
    file.renew({"cells": [1]}, said.append)
    file.renew({"cells": [1, 2]}, said.append)

    assert {"cells": []} == json.loads(file.path.read_text())
    assert {"cells": [1, 2]} == json.loads((tmp_path / "temporary" / file.path.name).read_text())
    assert 1 == len(said)
    assert f"could not be written to {folder}: No space left on device; it stands in {tmp_path}/temporary/" in said[0]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="tells folders apart by /proc")
def test_where_no_disk_has_room_it_says_so_and_goes_on(folder, full, monkeypatch, tmp_path):
    file, said = UnfinishedFile(folder, STARTED), []
    full("results", "temporary")
    file.renew({"cells": [1]}, said.append)

    assert "it stands nowhere yet" in said[0]

    monkeypatch.undo()
    file.renew({"cells": [1, 2]}, said.append)
    assert {"cells": [1, 2]} == json.loads(file.path.read_text())
    assert "" == file.fault
    assert 1 == len(said)


def test_what_is_discarded_is_gone_with_all_its_parts(folder):
    file = UnfinishedFile(folder, STARTED)
    file.write({"a": 1})
    autosave.part_of(file.path).write_text("{")
    file.discard()

    assert [] == names(folder)
