"""A sparse matrix of phrasings by features, kept by columns, in numpy alone.

Asked for the similarity of one text to every phrasing, it reads only the columns of that text's features.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DENSE = 24  # columns with more rows than this are multiplied densely
BLOCK = 2048  # dense columns at a time: 16 MB for two thousand phrasings


@dataclass(frozen=True, slots=True)
class Columns:
    """`rows[starts[f]:starts[f + 1]]` have feature f, with weights at the same places in `values`."""

    height: int
    vocabulary: Mapping[str, int]
    idf: NDArray[np.float32]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, bags: Sequence[Sequence[Counter[str]]]) -> "Columns":
        """TF-IDF of each row's bags, every bag scaled to the same length, the row to length one."""
        numbered: defaultdict[str, int] = defaultdict()
        numbered.default_factory = numbered.__len__  # the next free place
        found: list[int] = []
        times: list[int] = []
        for bag in (bag for views in bags for bag in views):
            found.extend(map(numbered.__getitem__, bag))
            times.extend(bag.values())
        vocabulary, features = dict(numbered), np.array(found, np.int64)
        sizes = [len(bag) for views in bags for bag in views]
        groups = np.repeat(np.arange(len(sizes)), sizes)  # one a row and view
        rows = groups // max(len(bags[0]) if bags else 1, 1)
        frequency = np.bincount(features, minlength=len(vocabulary))
        idf = _idf(frequency, len(bags))
        values = (1 + np.log(np.array(times, np.float64))) * idf[features]
        values /= _lengths(values, groups, len(sizes))
        values /= _lengths(values, rows, len(bags))
        order = np.argsort(features, kind="stable")
        starts = np.concatenate([[0], np.cumsum(frequency)])
        return cls(
            height=len(bags),
            vocabulary=vocabulary,
            idf=idf.astype(np.float32),
            starts=starts,
            rows=rows[order].astype(np.int32),
            values=values[order].astype(np.float32),
        )

    def product(self, bags: Sequence[Counter[str]]) -> NDArray[np.float64]:
        """Cosine of a text with every row. Features never seen count in its length, as strangeness."""
        strange = _idf(np.ones(1), self.height)[0]
        found, weights = [], []
        for bag in bags:
            places = np.array([self.vocabulary.get(piece, -1) for piece in bag], np.int64)
            known = places >= 0
            tf = 1 + np.log(np.fromiter(bag.values(), np.float64, len(bag)))
            weight = tf * np.where(known, self.idf[places] if len(self.idf) else 0, strange)
            weight /= np.sqrt(weight @ weight) or 1
            found.append(places[known])
            weights.append(weight[known])
        parts = sum(1 for bag in bags if bag) or 1
        return self._gather(np.concatenate(found), np.concatenate(weights) / np.sqrt(parts))

    def _gather(
        self, places: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        sizes = self.starts[places + 1] - self.starts[places]
        ends = np.cumsum(sizes)
        if not len(ends):
            return np.zeros(self.height)
        at = np.arange(ends[-1]) + np.repeat(self.starts[places] - ends + sizes, sizes)
        cells = self.values[at] * np.repeat(weights, sizes)
        return np.bincount(self.rows[at], cells, self.height).astype(np.float64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` needs, as plain arrays; weights at half precision."""
        vocabulary = "\n".join(self.vocabulary).encode()
        return {
            "height": np.array([self.height]),
            "vocabulary": np.frombuffer(vocabulary, np.uint8),
            "idf": self.idf,
            "sizes": np.diff(self.starts).astype(np.int32),
            "rows": self.rows,
            "values": self.values.astype(np.float16),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "Columns":
        text = arrays["vocabulary"].tobytes().decode()
        pieces = text.split("\n") if text else []
        return cls(
            height=int(arrays["height"][0]),
            vocabulary={piece: place for place, piece in enumerate(pieces)},
            idf=arrays["idf"].astype(np.float32),
            starts=np.concatenate([[0], np.cumsum(arrays["sizes"].astype(np.int64))]),
            rows=arrays["rows"].astype(np.int32),
            values=arrays["values"].astype(np.float32),
        )


def gram(columns: Columns) -> NDArray[np.float32]:
    """Cosines of all rows with one another: rare columns pair by pair, frequent ones in dense blocks."""
    sizes = np.diff(columns.starts)
    total = _rare(columns, sizes) + _frequent(columns, sizes)
    np.fill_diagonal(total, 1)
    return total


def _rare(columns: Columns, sizes: NDArray[np.int64]) -> NDArray[np.float32]:
    n = columns.height
    total = np.zeros(n * n)
    for size in range(2, DENSE + 1):
        first = columns.starts[:-1][sizes == size]
        at = first[:, None] + np.arange(size)
        rows, values = columns.rows[at].astype(np.int64), columns.values[at]
        pairs = rows[:, :, None] * n + rows[:, None, :]
        products = values[:, :, None] * values[:, None, :]
        total += np.bincount(pairs.ravel(), products.ravel(), minlength=n * n)
    return total.reshape(n, n).astype(np.float32)


def _frequent(columns: Columns, sizes: NDArray[np.int64]) -> NDArray[np.float32]:
    total = np.zeros((columns.height, columns.height), np.float32)
    features = np.flatnonzero(sizes > DENSE)
    for begin in range(0, len(features), BLOCK):
        block = features[begin : begin + BLOCK]
        dense = np.zeros((columns.height, len(block)), np.float32)
        for column, feature in enumerate(block):
            cells = slice(columns.starts[feature], columns.starts[feature + 1])
            dense[columns.rows[cells], column] = columns.values[cells]
        total += dense @ dense.T
    return total


def _idf(frequency: NDArray[np.generic], height: int) -> NDArray[np.float64]:
    return np.log((1 + height) / (1 + frequency.astype(np.float64))) + 1


def _lengths(
    values: NDArray[np.float64], groups: NDArray[np.int64], many: int
) -> NDArray[np.float64]:
    """For each value, the length of the group it belongs to."""
    squares = np.bincount(groups, values * values, minlength=many)
    return np.sqrt(squares)[groups]
