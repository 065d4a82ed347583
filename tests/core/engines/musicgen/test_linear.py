"""Matrix products in each precision."""

import pytest
import torch
from torch.nn.functional import gelu, linear

from core.engines.musicgen.linear import Int8, Kernels, Packed, Paired, Plain, Tiled, keeps_rows_apart, works

CPU = torch.device("cpu")


@pytest.mark.parametrize(("precision", "error"), [("fp32", 1e-6), ("bf16", 0.01), ("int8", 0.03)])
@pytest.mark.parametrize("activate", [False, True])
def test_each_precision_comes_close_to_the_exact_product(precision, error, activate):
    torch.manual_seed(0)
    weight, rows = torch.randn(96, 256), torch.randn(6, 256)
    kernels = Kernels(precision, CPU)
    expected = linear(rows, weight)
    expected = gelu(expected) if activate else expected
    found = kernels.linear(weight, activate=activate)(rows.to(kernels.dtype)).float()
    assert (found - expected).norm() / expected.norm() < error


@pytest.mark.parametrize("precision", ["fp32", "int8"])
@pytest.mark.parametrize("shape", [(192, 64), (64, 256), (512, 1024)])
def test_a_row_does_not_depend_on_the_rows_beside_it(precision, shape):
    torch.manual_seed(0)
    product = Kernels(precision, CPU).linear(torch.randn(shape))
    assert keeps_rows_apart(product, shape[1])


def test_tiles_keep_rows_apart_where_the_library_does_not():
    torch.manual_seed(0)
    weight = torch.randn(64, 256)
    assert keeps_rows_apart(Paired(Tiled(weight)), 256)
    assert torch.allclose(Tiled(weight)(torch.ones(6, 256)), Plain(weight)(torch.ones(6, 256)), atol=1e-4)


def test_a_kernel_that_is_missing_or_wrong_is_not_used(monkeypatch):
    weight = torch.randn(8, 16)

    def missing(*_):
        raise RuntimeError("no such operator")

    monkeypatch.setattr(Packed, "__call__", missing)
    monkeypatch.setattr(Int8, "__call__", lambda _, rows: torch.zeros(len(rows), 8))
    assert not works(Packed, weight)
    assert not works(Int8, weight)
    kernels = Kernels("bf16", CPU)
    kernels.linear(weight)
    assert kernels.names == ("plain",)
