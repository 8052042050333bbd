"""What a saved run looks like to its readers: the fields they need, with the values each may have."""

from typing import Annotated, Any

import msgspec

SCHEMA = 1

Positive = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(gt=0, le=2**53)]
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
    calls: Count = 1
    batch_size: Count | None = None
    call_times_s: list[Positive] = []
    waits_s: list[NotNegative] = []
    start_method: Text | None = None
    pin_memory: bool = False
    rank_times_s: list[list[Positive]] = []
    rank_paces_s: list[list[Positive]] = []
    rank_peak_bytes: list[NotNegative | None] = []
    rank_threads: list[Count] = []


class Benchmark(msgspec.Struct):
    name: str
    stats: Stats
    extra_info: ExtraInfo = msgspec.field(default_factory=ExtraInfo)


Part = Text | Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Case = Annotated[dict[Text, Part], msgspec.Meta(max_length=20)]


class SavedCell(msgspec.Struct):
    name: Text
    benchmark: Text
    scale: Annotated[int, msgspec.Meta(gt=0, le=10**9)]
    device: Text
    recipe: Text
    parameters: Annotated[int, msgspec.Meta(gt=0, le=2**62)]
    status: Text
    reason: Text = ""
    case: Case = {}


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


class Stamp(msgspec.Struct):
    schema: int
    source: Text
    workload: Workload
    cells: Annotated[list[SavedCell], msgspec.Meta(min_length=1)]
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
