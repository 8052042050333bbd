"""Watching operators while torch dispatches them: what they launch, what memory they must move, what autograd keeps."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

__all__ = ["FusedCalls", "MetaOnly", "Watch", "distinct_bytes", "keeping", "tensors"]

aten = torch.ops.aten

ATTENTION = torch.nn.functional.scaled_dot_product_attention

FUSED = {ATTENTION, torch._VF.lstm, torch._VF.gru, torch._VF.rnn_tanh, torch._VF.rnn_relu}
"""Functions that the meta device takes apart, a recurrent one into steps, and that other devices have a kernel for."""

LOOKUPS = {aten.embedding, aten.index_select, aten.index, aten.gather}
"""Operators that read from their first argument as much as they put out."""

BAG_LOOKUPS = {aten._embedding_bag, aten._embedding_bag_forward_only}
"""Operators that read as many rows as they get indices, and put out sums of them."""

SMALL_BYTES = 2**20
"""A network may make tables of this size on the CPU: some compute with them how they are built."""

Storages = dict[int, int]
"""The bytes of storages, by what tells them apart: on the meta device all have the address 0."""


def storages(tensors: Iterable[Tensor]) -> Storages:
    found = [tensor.untyped_storage() for tensor in tensors]
    return {storage._cdata: storage.nbytes() for storage in found}


def distinct_bytes(tensors: Iterable[Tensor], *, but: Iterable[Tensor] = ()) -> int:
    """The bytes of tensors, once where several share their memory, and not those of others."""
    others = storages(but)
    return sum(size for storage, size in storages(tensors).items() if storage not in others)


def tensors(values: Any) -> list[Tensor]:
    """The tensors among some values, also in lists and dictionaries."""
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor)]


class FusedCalls(TorchFunctionMode):
    """Tells which operators belong to one call of a function in `FUSED`, in the forward pass and the backward pass."""

    def __init__(self) -> None:
        super().__init__()
        self.now: Any = None
        self.nodes: list[range] = []
        """The sequence numbers of the autograd nodes that each call made."""
        self.attended: list[Tensor] = []
        """What went into attention."""

    def __enter__(self) -> Self:
        """Also where torch calls attention itself, in `MultiheadAttention`: it turns this mode off there."""
        torch.nn.functional.scaled_dot_product_attention = partial(self.joined, ATTENTION)
        super().__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        torch.nn.functional.scaled_dot_product_attention = ATTENTION
        super().__exit__(*error)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        run = partial(self.joined, func) if func in FUSED and self.now is None else func
        return run(*args, **(kwargs or {}))

    def joined(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls a function in `FUSED`, and takes note of what belongs to the call."""
        first = torch._C._autograd._get_sequence_nr()
        self.now = func
        try:
            result = func(*args, **kwargs)
            if func is ATTENTION:
                self.attended += tensors((args, kwargs))
                if result.dim() == 4:  # as kernels lay it out, so that heads are joined by a view
                    result = result.transpose(1, 2).contiguous().transpose(1, 2)
            return result
        finally:
            self.now = None
            self.nodes.append(range(first, torch._C._autograd._get_sequence_nr()))

    def call(self) -> int | None:
        """The number of the call that the operator at hand belongs to."""
        if self.now is not None:
            return len(self.nodes)
        if (node := torch._C._current_autograd_node()) is None:
            return None
        number = node._sequence_nr()
        return next((call for call, nodes in enumerate(self.nodes) if number in nodes), None)


class MetaOnly(TorchDispatchMode):
    """Refuses to make what is not small on a device with memory."""

    def __torch_dispatch__(self, func: OpOverload, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        device = kwargs.get("device")
        if device is not None and (device := torch.device(device)).type != "meta":
            made = func(*args, **(kwargs | {"device": "meta"}))
            if distinct_bytes(tensors(made)) > SMALL_BYTES:
                raise RuntimeError(f"it makes tensors on the device {device} by itself")
        return func(*args, **kwargs)


class Watch(MetaOnly):
    """Counts what the operators of one pass launch, and how much of some tensors they read and write."""

    def __init__(self, tensors: Iterable[Tensor], fused: FusedCalls) -> None:
        super().__init__()
        self.sizes, self.fused = storages(tensors), fused
        self.reads: Counter[int] = Counter()
        self.writes: Counter[int] = Counter()
        self.unfused = 0
        self.fused_calls: set[int] = set()

    def __torch_dispatch__(self, func: OpOverload, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = super().__torch_dispatch__(func, types, args, kwargs)
        inputs = on_meta((args, kwargs))
        if launches(func, inputs, on_meta(result)):
            if (call := self.fused.call()) is None:
                self.unfused += 1
            else:
                self.fused_calls.add(call)
            self.note_traffic(func, arguments(func, args, kwargs), result)
        return result

    def note_traffic(self, func: OpOverload, given: dict[str, Any], result: Any) -> None:
        for tensor in on_meta(given):
            if (storage := tensor.untyped_storage()._cdata) in self.sizes:
                self.reads[storage] += read_bytes(func, tensor, given, result)
        changed = [each.name for each in func._schema.arguments if each.alias_info and each.alias_info.is_write]
        for tensor in on_meta([given.get(name) for name in changed]):
            self.writes[tensor.untyped_storage()._cdata] += tensor.nbytes

    @property
    def operations(self) -> int:
        return self.unfused + len(self.fused_calls)

    @property
    def moved_bytes(self) -> int:
        """What was read and written, each byte once."""
        return sum(min(size, self.reads[each]) + min(size, self.writes[each]) for each, size in self.sizes.items())


def on_meta(values: Any) -> list[Tensor]:
    return [tensor for tensor in tensors(values) if tensor.is_meta]


def launches(func: OpOverload, inputs: list[Tensor], outputs: list[Tensor]) -> bool:
    """Whether an operator does something on the device, rather than only make a view or allocate."""
    if torch.Tag.inplace_view in func.tags or func._schema.name.startswith(("aten::empty", "aten::new_empty")):
        return False
    if func._schema.is_mutable:
        return bool(inputs)
    return bool(storages(outputs).keys() - storages(inputs).keys())


def arguments(func: OpOverload, args: Any, kwargs: Any) -> dict[str, Any]:
    """The arguments of an operator by name."""
    return {argument.name: value for argument, value in zip(func._schema.arguments, args, strict=False)} | (
        kwargs or {}
    )


def read_bytes(func: OpOverload, tensor: Tensor, given: dict[str, Any], result: Any) -> int:
    """How much of a weight an operator reads."""
    if not given.get("output_mask", [True])[0]:
        return 0  # backward, and the inputs need no gradient
    if tensor is next(iter(given.values())):
        if func.overloadpacket in LOOKUPS:
            return int(result.nbytes)
        if func.overloadpacket in BAG_LOOKUPS:
            return int(given["indices"].numel() * tensor[0].nbytes)
    return tensor.nbytes


@contextmanager
def keeping(fused: FusedCalls) -> Iterator[list[Tensor]]:
    """Lists what autograd keeps for the backward pass. A kernel for attention keeps its inputs, and nothing within."""
    kept: list[Tensor] = fused.attended

    def keep(tensor: Tensor) -> Tensor:
        if fused.now is not ATTENTION:
            kept.append(tensor.detach())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        yield kept
