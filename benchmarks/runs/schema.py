"""The fields of a saved run that its readers need, with the values each may have."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

__all__ = [
    "MLP",
    "MOST_FLOP",
    "SCHEMA",
    "Benchmark",
    "Commit",
    "ControlTimes",
    "Count",
    "ExtraInfo",
    "Kind",
    "Machine",
    "MachineInfo",
    "Options",
    "Part",
    "PositiveCount",
    "Probe",
    "RunDocument",
    "SavedCell",
    "Seconds",
    "Session",
    "Text",
    "Work",
    "fits",
]

SCHEMA = 1
"""The number of the saved format, which results/README.md describes."""

Seconds = Annotated[float, msgspec.Meta(ge=1e-9, le=1e9)]
"""From a nanosecond, the tick of the finest clock, to thirty years."""

Amount = Annotated[float, msgspec.Meta(ge=1e-9, le=1e24)]
"""Work, or work per second: the largest computers do 1e18 operations a second.

Wider bounds would let a ratio overflow.
"""

Bytes = Annotated[float, msgspec.Meta(ge=0, le=2**62)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
PositiveCount = Annotated[int, msgspec.Meta(gt=0, le=10**9)]
Cores = Annotated[float, msgspec.Meta(ge=0, le=1e6)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Text = Annotated[str, msgspec.Meta(max_length=1000)]

Size = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,15}$")]
RateBySize = Annotated[dict[Size, Amount], msgspec.Meta(min_length=1)]


def fits(value: object, kind: Any) -> bool:
    """Whether a reader takes a value as one of a kind, such as `Seconds`."""
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError):
        return False
    return True


class Machine(msgspec.Struct):
    name: Text
    id: Text | None = None
    cpu_model: Text | None = None
    cores: Count | None = None
    memory_gib: Count | None = None
    accelerators: list[dict[str, Any]] | None = None
    unused_gpu: Text | None = None
    threads: Count | None = None
    matmul_precision: Text | None = None
    deterministic: bool | None = None
    cpu_quota: Cores | None = None
    power: Text | None = None
    torch: Text | None = None
    pytest_benchmark: Text | None = None


class MachineInfo(msgspec.Struct):
    crossover: Machine


class Stats(msgspec.Struct):
    data: Annotated[list[Seconds], msgspec.Meta(min_length=1)]


class Work(msgspec.Struct):
    flop: Amount
    moved_bytes: Amount
    operations: Amount


class ControlTimes(msgspec.Struct):
    version: Count
    hash: Text
    scale: PositiveCount
    steps: PositiveCount
    seconds: list[Annotated[list[Seconds], msgspec.Meta(min_length=2, max_length=2)]]


class ExtraInfo(msgspec.Struct):
    samples: PositiveCount | None = None
    work: Work | None = None
    peak_bytes: Bytes | None = None
    prepare_s: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    reduced_precision: bool = False
    in_turn: bool = False
    turn_group: Text | None = None
    first_pair: Count = 0
    control: ControlTimes | None = None
    other_cores: list[Cores | None] = []
    stolen_cores: list[Cores | None] = []
    other_gpu: list[Share | None] = []
    disturbed: list[bool] = []
    retaken: Count = 0
    remarks: list[Text] = []
    calls: PositiveCount = 1
    batch_size: PositiveCount | None = None
    call_times_s: list[Seconds] = []
    waits_s: list[Annotated[float, msgspec.Meta(ge=0, le=1e9)]] = []
    start_method: Text | None = None
    pin_memory: bool = False
    rank_paces_s: list[list[Seconds]] = []
    rank_peak_bytes: list[Bytes | None] = []
    rank_threads: list[Count] = []


class Benchmark(msgspec.Struct):
    name: str
    stats: Stats
    extra_info: ExtraInfo = msgspec.field(default_factory=ExtraInfo)


Part = Text | Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Case = Annotated[dict[Text, Part], msgspec.Meta(max_length=20)]


MOST_FLOP = 2**62
"""The most FLOP of a step; more would not fit 64 bits."""


class SavedCell(msgspec.Struct):
    name: Text
    benchmark: Text
    scale: Annotated[int, msgspec.Meta(gt=0, le=10**9)]
    device: Text
    recipe: Text
    parameters: Annotated[int, msgspec.Meta(ge=0, le=2**62)]
    """0 where the network could not be built."""

    status: Text
    reason: Text = ""
    step_flop: Annotated[int, msgspec.Meta(ge=0, le=MOST_FLOP)] | None = None
    """The FLOP of one step of training; None where that was not counted, or not saved."""

    case: Case = {}
    batch_size: PositiveCount | None = None
    """None for that of the workload."""

    threads: PositiveCount | None = None
    """None for torch's own number."""

    finished: bool = True
    rounds_by_session: list[Count] = []

    def __post_init__(self) -> None:
        if self.status == "failed" and not self.finished:
            self.status = "not reached"  # earlier versions saved a cell to come like this


MLP = "mlp"
"""The workload of runs that do not name theirs."""

NETWORK = (
    "Linear(in_features=100, out_features=300, bias=True) → ReLU() → "
    "Linear(in_features=300, out_features=200, bias=True) → ReLU() → "
    "Linear(in_features=200, out_features=2, bias=True)"
)
"""The network of runs that do not name theirs."""


class Workload(msgspec.Struct, kw_only=True):
    version: Count
    name: Text = MLP
    hash: Text = ""
    epochs: Count
    batch_size: Count
    samples: Count
    test_samples: Count | None = None
    learning_rate: Text | None = None
    seed: Count | None = None
    computed_rounds: Count | None = None
    waiting_s: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    network: Annotated[str, msgspec.Meta(max_length=100_000)] = NETWORK


class Probe(msgspec.Struct):
    flop_s: Amount
    read_bytes_s: RateBySize
    copy_bytes_s: RateBySize
    launch_s: Seconds


class Session(msgspec.Struct):
    started: datetime
    commit: Text | None = None
    dirty: bool = False
    power: Text | None = None
    environment: dict[Text, Text] | None = None
    alongside: bool = False
    other_cores: Cores | None = None
    stolen_cores: Cores | None = None
    busy: bool = False
    measuring: Text | None = None
    unread: dict[Text, Text] = {}


class Options(msgspec.Struct):
    rounds: Count | None = None
    cell_seconds: Annotated[float, msgspec.Meta(ge=0, le=1e308)] | None = None
    command: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


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


class RunDocument(msgspec.Struct):
    machine_info: MachineInfo
    benchmarks: list[Benchmark]
    datetime: str
    crossover: Stamp
    commit_info: Commit = msgspec.field(default_factory=Commit)


class Kind(msgspec.Struct):
    """The few fields that tell what a file is."""

    benchmarks: Any = msgspec.UNSET
    crossover: Any = msgspec.UNSET
