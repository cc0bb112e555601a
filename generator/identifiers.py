"""Unique identifiers whose values and order say nothing about what they stand for.

Numbers are counted upwards and sent through a keyed permutation (a Feistel network), so they
never repeat and need no table of numbers already given.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 5
_BLOCK = 8192
_MIX = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(29)

Numbers = NDArray[np.uint64]


class Permutation:
    """A keyed one-to-one map of the whole numbers below `size` onto themselves."""

    def __init__(self, size: int, key: str) -> None:
        self.size = size
        self._half_bits = max(1, ((size - 1).bit_length() + 1) // 2)
        source = Random(f"permutation/{key}")
        self._keys = [np.uint64(source.getrandbits(63)) for _ in range(_ROUNDS)]

    def apply(self, numbers: Numbers) -> Numbers:
        """Permuted numbers, of the same shape; every input must be below `size`."""
        result = self._shuffle(numbers)
        # Walking on from a value outside the range ends inside it and keeps the map one-to-one.
        while (outside := result >= np.uint64(self.size)).any():
            result[outside] = self._shuffle(result[outside])
        return result

    def _shuffle(self, numbers: Numbers) -> Numbers:
        shift = np.uint64(self._half_bits)
        mask = np.uint64((1 << self._half_bits) - 1)
        left, right = numbers >> shift, numbers & mask
        for key in self._keys:
            mixed = (right + key) * _MIX
            mixed = (mixed ^ (mixed >> _FOLD)) * _MIX
            left, right = right, left ^ ((mixed >> np.uint64(64) - shift) & mask)
        return (left << shift) | right


def identifiers(size: int, key: str) -> Iterator[int]:
    """Every number below `size` once, in an order that depends on `key` alone."""
    permutation = Permutation(size, key)
    for start in range(0, size, _BLOCK):
        block = np.arange(start, min(size, start + _BLOCK), dtype=np.uint64)
        yield from permutation.apply(block).tolist()
