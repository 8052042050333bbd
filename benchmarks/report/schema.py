"""What a saved run looks like to its readers: the fields they need, with the values each may have."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

SCHEMA = 1

Positive = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Text = Annotated[str, msgspec.Meta(max_length=1000)]


Size = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,15}$")]
RateBySize = Annotated[dict[Size, Positive], msgspec.Meta(min_length=1)]


class Machine(msgspec.Struct):
    name: Text
    id: Text | None = None
    cpu_model: Text | None = None
    cores: int | None = None
    memory_gib: int | None = None
    accelerators: list[dict[str, Any]] | None = None
    threads: int | None = None
    power: Text | None = None
    torch: Text | None = None
    pytest_benchmark: Text | None = None


class MachineInfo(msgspec.Struct):
    crossover: Machine


class Stats(msgspec.Struct):
    data: Annotated[list[Positive], msgspec.Meta(min_length=1)]


class Work(msgspec.Struct):
    flop: Positive
    moved_bytes: Positive
    operations: Positive


class ExtraInfo(msgspec.Struct):
    work: Work | None = None
    peak_bytes: NotNegative | None = None
    prepare_s: NotNegative | None = None
    reduced_precision: bool = False
    in_turn: bool = False


class Benchmark(msgspec.Struct):
    name: str
    stats: Stats
    extra_info: ExtraInfo = msgspec.field(default_factory=ExtraInfo)


class SavedCell(msgspec.Struct):
    name: Text
    benchmark: Text
    scale: Annotated[int, msgspec.Meta(gt=0, le=10**9)]
    device: Text
    recipe: Text
    parameters: Annotated[int, msgspec.Meta(gt=0, le=2**62)]
    status: Text
    reason: Text = ""
    finished: bool = True
    rounds_by_session: list[Annotated[int, msgspec.Meta(ge=0)]] = []


class Workload(msgspec.Struct):
    version: int
    epochs: int
    batch_size: int
    samples: int


class Probe(msgspec.Struct):
    flop_s: Positive
    read_bytes_s: RateBySize
    copy_bytes_s: RateBySize
    launch_s: Positive


class Session(msgspec.Struct):
    started: datetime
    commit: Text | None = None
    dirty: bool = False
    power: Text | None = None
    alongside: bool = False


class Options(msgspec.Struct):
    rounds: int | None = None
    cell_seconds: float | None = None


class Stamp(msgspec.Struct):
    schema: int
    source: Text
    workload: Workload
    cells: Annotated[list[SavedCell], msgspec.Meta(min_length=1)]
    sessions: list[Session] = []
    options: Options = msgspec.field(default_factory=Options)
    probe: dict[str, Probe] = {}
    reference: Text = ""


class Commit(msgspec.Struct):
    id: Text | None = None
    dirty: bool = False


class SavedRun(msgspec.Struct):
    machine_info: MachineInfo
    benchmarks: list[Benchmark]
    datetime: str
    crossover: Stamp
    commit_info: Commit = msgspec.field(default_factory=Commit)


class Kind(msgspec.Struct):
    """As little of a file as it takes to tell what it is."""

    benchmarks: Any = msgspec.UNSET
    crossover: Any = msgspec.UNSET
