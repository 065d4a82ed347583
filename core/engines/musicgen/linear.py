"""Matrix products of the decoder in each precision, with the fastest kernel that the processor has.

A decoding step reads every weight once for a handful of rows, so its time is that of reading memory: packed layouts
and narrow weights are what counts. What oneDNN offers for that is reached through operators that torch keeps private;
each is probed before it is used, and plain torch stands in where one is missing.

In float32 and int8 a row's result does not depend on how many rows are computed with it. For int8 that follows from
adding integers; for float32 each kernel is asked (`keeps_rows_apart`), because BLAS libraries choose their order of
addition by the number of rows. In bfloat16 it is asked, too, but no slower kernel stands in where the answer is no.
"""

from __future__ import annotations

from typing import Literal, Protocol

import torch
from torch import Tensor
from torch.nn.functional import gelu, linear, pad

Precision = Literal["fp32", "bf16", "int8"]

TILE = 2
"""Rows that are computed together where a kernel keeps rows apart in pairs only, or not at all."""


ODD = 3
"""Up to this many rows tell whether odd numbers need a companion: more, and the kernels that are made take memory."""


class Linear(Protocol):
    """A product with a fixed matrix, and a GELU after it where it was made so."""

    def __call__(self, rows: Tensor) -> Tensor:
        """(rows, inputs) to (rows, outputs), in the type of `rows`."""
        ...


class Plain:
    def __init__(self, weight: Tensor, *, activate: bool = False) -> None:
        self._weight = weight
        self._activate = activate

    def __call__(self, rows: Tensor) -> Tensor:
        result = linear(rows, self._weight)
        return gelu(result) if self._activate else result


class Tiled:
    """Rows in tiles of two, each tile by itself: slow for many rows, and the same for any number of them."""

    def __init__(self, weight: Tensor, *, activate: bool = False) -> None:
        self._one = Plain(weight, activate=activate)

    def __call__(self, rows: Tensor) -> Tensor:
        return torch.cat([self._one(tile) for tile in rows.split(TILE)])


class Paired:
    """A kernel that keeps rows apart in even numbers only: an odd row is given a companion."""

    def __init__(self, product: Linear) -> None:
        self._product = product

    def __call__(self, rows: Tensor) -> Tensor:
        odd = len(rows) % TILE
        return self._product(pad(rows, (0, 0, 0, 1)))[:-1] if odd else self._product(rows)


class Packed:
    """oneDNN with the weight laid out beforehand for the kernel (AMX or AVX-512 where the processor has them)."""

    def __init__(self, weight: Tensor, *, activate: bool = False) -> None:
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), None)  # noqa: SLF001
        self._attribute = "gelu" if activate else "none"
        self._algorithm = "none" if activate else ""

    def __call__(self, rows: Tensor) -> Tensor:
        product: Tensor = torch.ops.mkldnn._linear_pointwise(  # noqa: SLF001
            rows, self._weight, None, self._attribute, [], self._algorithm
        )
        return product


class Int8:
    """Weights of 8 bits with a scale per output, rows of 8 bits with a scale per row, sums of 32 bits."""

    def __init__(self, weight: Tensor, *, activate: bool = False) -> None:
        scale = weight.abs().amax(1).clamp(min=1e-12).float() / 127
        narrow = (weight.float() / scale[:, None]).round().clamp(-127, 127).to(torch.int8)
        self._weight = torch.ops.onednn.qlinear_prepack(narrow, None)
        self._scale = scale
        self._zero = torch.zeros(len(weight), dtype=torch.int64)
        self._activate = activate

    def __call__(self, rows: Tensor) -> Tensor:
        scale = rows.abs().amax(1, keepdim=True).float().clamp(min=1e-12) / 127
        # Unsigned around 128: VNNI multiplies unsigned by signed bytes, and signed rows fall to a reference kernel.
        narrow = ((rows / scale).round() + 128).to(torch.uint8)
        product = torch.ops.onednn.qlinear_pointwise(
            narrow, 1.0, 128, self._weight, self._scale, self._zero, None, 1.0, 0, torch.float32, "none", [], ""
        )
        product = (product * scale).to(rows.dtype)
        return gelu(product) if self._activate else product


Kernel = type[Plain | Tiled | Packed | Int8]


class Kernels:
    """Makes the matrices of one model: asks once for each shape which kernel will do."""

    def __init__(self, precision: Precision, device: torch.device) -> None:
        self.precision = precision
        self.device = device
        self.dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        self._chosen: dict[torch.Size, tuple[Kernel, bool]] = {}

    def linear(self, weight: Tensor, *, activate: bool = False) -> Linear:
        """A Linear for a weight of shape (outputs, inputs), with a GELU after it if `activate`."""
        weight = weight.to(self.device, torch.float32 if self.precision == "int8" else self.dtype)
        if weight.shape not in self._chosen:
            self._chosen[weight.shape] = self._choose(weight)
        kernel, in_pairs = self._chosen[weight.shape]
        product = kernel(weight, activate=activate)
        return Paired(product) if in_pairs else product

    @property
    def heard_dtype(self) -> torch.dtype:
        """The type in which keys and values are kept and attended to.

        Without a matrix unit, a processor spends more on narrowing and widening bfloat16 than it saves by reading less
        of it: attention of one query to 300 positions takes half as long in float32, to 1,500 a third.
        """
        if self.device.type == "cpu" and not torch.cpu._is_amx_tile_supported():  # noqa: SLF001
            return torch.float32
        return self.dtype

    @property
    def names(self) -> tuple[str, ...]:
        """The kernels in use."""
        return tuple(sorted({kernel.__name__.lower() for kernel, _ in self._chosen.values()}))

    def _choose(self, weight: Tensor) -> tuple[Kernel, bool]:
        """The kernel for a weight of this shape, and whether rows must come to it in pairs."""
        if self.device.type != "cpu":
            return Plain, False
        if self.precision == "int8" and works(Int8, weight):
            return Int8, False
        if self.precision == "bf16":
            kernel = Packed if works(Packed, weight) else Plain
            return kernel, not keeps_rows_apart(kernel(weight), weight.shape[1], dtype=weight.dtype, most=ODD)
        for kernel in (Packed, Plain) if works(Packed, weight) else (Plain,):
            product = kernel(weight)
            if keeps_rows_apart(product, weight.shape[1], TILE):
                return kernel, not keeps_rows_apart(product, weight.shape[1])
        return Tiled, True


def works(kernel: type[Packed | Int8], weight: Tensor) -> bool:
    """Whether the operators are there and agree with plain torch on this weight."""
    rows = torch.randn(2, weight.shape[1], generator=torch.Generator().manual_seed(0)).to(weight.dtype)
    expected = linear(rows, weight).float()
    try:
        found = kernel(weight)(rows).float()
    except (RuntimeError, AttributeError, NotImplementedError):
        return False
    return bool((found - expected).norm() <= 0.05 * expected.norm())


def keeps_rows_apart(
    product: Linear, width: int, step: int = 1, *, dtype: torch.dtype = torch.float32, most: int = 34
) -> bool:
    """Whether each row comes out bit for bit the same beside itself and anywhere among up to `most` rows.

    Asked for every number of rows, or for those alone that are multiples of `step`.
    """
    rows = torch.randn(most, width, generator=torch.Generator().manual_seed(1)).to(dtype)
    pairs = [product(row.expand(TILE, -1).contiguous()) for row in rows]
    if not all(torch.equal(pair[0], pair[1]) for pair in pairs):
        return False
    alone = torch.stack([pair[0] for pair in pairs])
    return all(torch.equal(product(rows[:count]), alone[:count]) for count in range(step, most + 1, step))
