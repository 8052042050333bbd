"""The numbers of a network in the order in which native.cpp reads them; native.cpp says why."""

import ctypes

import torch
import torch.nn.functional as F

__all__ = ["Layer", "Matrix", "NativeLayer"]


class Panels(ctypes.Structure):
    """The C++ `Panels`."""

    _fields_ = (("first", ctypes.c_void_p), ("rows", ctypes.c_long))


class Layer(ctypes.Structure):
    """The C++ `Layer`."""

    _fields_ = (
        *((name, Panels) for name in ("weight", "activated", "deltas")),
        ("bias", ctypes.c_void_p),
        ("inputs", ctypes.c_long),
        ("outputs", ctypes.c_long),
    )


class Matrix:
    """A matrix of shape `(rows, columns)` by panels: a tensor of shape `(panels, rows, columns of a panel)`."""

    def __init__(self, rows: int, columns: int, panel: int, dtype: torch.dtype) -> None:
        self.columns, self.panel = columns, panel
        self.panels = torch.zeros(-(-columns // panel), rows, panel, dtype=dtype)
        self.pointer = Panels(self.panels.data_ptr(), rows)

    def parts(self, values: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Views of the first rows of the panels, each with the part of a plain matrix that belongs there."""
        rows, whole = len(values), self.columns // self.panel
        cut = whole * self.panel
        parts = [(self.panels[:whole, :rows], values[:, :cut].unflatten(1, (whole, self.panel)).transpose(0, 1))]
        if cut < self.columns:
            parts.append((self.panels[whole, :rows, : self.columns - cut], values[:, cut:]))
        return parts

    def load(self, values: torch.Tensor) -> None:
        for panels, part in self.parts(values):
            panels.copy_(part)

    def store(self, values: torch.Tensor) -> None:
        for panels, part in self.parts(values):
            part.copy_(panels)


class Transposed(Matrix):
    """The transpose of a matrix by panels; `rows` and `columns` are those of the transpose."""

    def load(self, values: torch.Tensor) -> None:
        super().load(values.T)

    def store(self, values: torch.Tensor) -> None:
        super().store(values.T)


class Tiles:
    """A matrix of shape `(rows, columns)` by square tiles, each transposed, one column of tiles after another."""

    def __init__(self, rows: int, columns: int, panel: int, dtype: torch.dtype) -> None:
        self.panel = panel
        self.tiles = torch.zeros(-(-columns // panel), -(-rows // panel), panel, panel, dtype=dtype)
        self.pointer = Panels(self.tiles.data_ptr(), self.tiles[0, :, :, 0].numel())

    def load(self, values: torch.Tensor) -> None:
        for tiles, rows in zip(self.tiles.unbind(1), values.split(self.panel), strict=True):
            padding = (0, -values.shape[1] % self.panel, 0, -len(rows) % self.panel)
            tiles.copy_(F.pad(rows, padding).T.unflatten(0, (-1, self.panel)))

    def store(self, values: torch.Tensor) -> None:
        for tiles, rows in zip(self.tiles.unbind(1), values.split(self.panel), strict=True):
            rows.copy_(tiles.flatten(0, 1).T[: len(rows), : values.shape[1]])


class NativeLayer:
    """A layer's numbers as the C++ code wants them: `load` takes them from the layer, `store` gives them back."""

    def __init__(self, layer: torch.nn.Linear, block: int, panel: int, *, is_first: bool, is_last: bool) -> None:
        inputs, outputs, dtype = layer.in_features, layer.out_features, layer.weight.dtype
        self.layer = layer
        self.bias = torch.zeros(-(-outputs // panel) * panel, dtype=dtype)
        self.weight: Matrix | Tiles
        if is_first:
            self.weight = Transposed(-(-inputs // panel) * panel, outputs, panel, dtype)
        else:
            self.weight = (Matrix if is_last else Tiles)(outputs, inputs, panel, dtype)
        self.activated, self.deltas = (Matrix(block, outputs, panel, dtype) for _ in range(2))
        pointers = (matrix.pointer for matrix in (self.weight, self.activated, self.deltas))
        self.structure = Layer(*pointers, self.bias.data_ptr(), inputs, outputs)

    def load(self) -> None:
        self.weight.load(self.layer.weight)
        self.bias[: self.layer.out_features] = self.layer.bias

    def store(self) -> None:
        self.weight.store(self.layer.weight)
        self.layer.bias.copy_(self.bias[: self.layer.out_features])
