"""Rows of texts as PostgreSQL's binary COPY format, joined from the bytes of their values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BYTES = pa.large_binary()


def encoded_texts(batch: pa.RecordBatch) -> Iterator[memoryview]:
    """The rows of the batch, in the order of their second column, in which an index grows fastest.

    Columns are integers without NULLs, texts, and bytes.
    """
    pieces: list[pa.Array | pa.Scalar] = [pa.scalar(_big(len(batch.columns), 2), BYTES)]
    for column in batch.columns:
        if pa.types.is_integer(column.type):
            numbers = column.to_numpy()
            pieces += [pa.scalar(_big(numbers.itemsize, 4), BYTES), _fixed(numbers)]
        else:
            values = column.cast(BYTES)
            lengths = pc.fill_null(pc.binary_length(values), -1).to_numpy()
            pieces += [_fixed(lengths.astype(np.int32)), values]
    rows = pc.binary_join_element_wise(*pieces, pa.scalar(b"", BYTES), null_handling="skip")
    ordered = rows.take(pc.sort_indices(batch.column(1)))
    _, ends, content = ordered.buffers()
    yield memoryview(content)[: np.frombuffer(ends, np.int64)[len(ordered)]]


def _big(number: int, size: int) -> bytes:
    return number.to_bytes(size, "big")


def _fixed(numbers: NDArray[np.integer]) -> pa.Array:
    """The bytes of each number, big-endian."""
    ends = np.arange(0, numbers.nbytes + 1, numbers.itemsize)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(numbers.byteswap())]
    return pa.Array.from_buffers(BYTES, len(numbers), buffers)
