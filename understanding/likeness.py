"""Which of many questions ask the same thing: greedy groups by the matcher's own views.

Pieces of words (`features.pieces`) fall by a hash into `WIDTH` places a view, weighted by sublinear TF-IDF, each
view scaled to length one; so thousands of texts are compared by a product of dense matrices. A text joins
the group whose centre is nearest, or begins one. What has a group keeps it: a list that somebody works on
does not change its lines under their hands.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from understanding import features

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
VIEWS, WIDTH = 4, 512
BLOCK = 256  # texts at a time; within a block a new group is known by its first text alone
NEAR = 0.42  # cosine from which two texts ask the same: nine in ten lines of a group then belong to one answer
NOBODY = -1  # the group of a text that has none yet


def vectors(texts: Sequence[str], language: str, *, beside: Sequence[str] = ()) -> Floats:
    """One row a text, of length one; a row of zeros for a text without letters or digits.

    What everybody says weighs little; texts `beside` teach that too, so that a few questions are not alone.
    """
    places = [_places(text, language) for text in (*texts, *beside)]
    met = np.zeros(VIEWS * WIDTH, np.int64)
    for at, _weights in places:
        met[np.unique(at)] += 1
    idf = (np.log((1 + len(places)) / (1 + met)) + 1).astype(np.float32)
    found = np.zeros((len(texts), VIEWS * WIDTH), np.float32)
    for row, (at, weights) in enumerate(places[: len(texts)]):
        np.add.at(found[row], at, weights * idf[at])
    _scale(found.reshape(len(texts) * VIEWS, WIDTH))
    _scale(found)
    return found


def _places(text: str, language: str) -> tuple[Ints, Floats]:
    """Where the pieces of a text fall, and how much: the sign is part of the hash, so that meetings cancel out."""
    hashed, times = [], []
    for view, bag in enumerate(features.pieces(text, language)):
        for piece, n in bag.items():
            mark = crc32(piece.encode())
            hashed.append((view * WIDTH + mark % WIDTH) * 2 + (mark >> 31))
            times.append(n)
    both = np.array(hashed, np.int64)
    signs = 1 - 2 * (both & 1)
    return both >> 1, (signs * (1 + np.log(np.array(times, np.float64)))).astype(np.float32)


def _scale(rows: Floats) -> None:
    """Give every row that is not zero the length one, in place."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows /= np.where(lengths > 0, lengths, 1)[:, None]


def grouped(vectors: Floats, known: Sequence[int], *, near: float = NEAR) -> Ints:
    """The group of each row. `known`: the groups there are, counted from 0, and NOBODY for rows without one.

    New groups are counted on from there, in the order in which their first texts come.
    """
    groups = np.array(known, np.int64)
    many = int(groups.max(initial=NOBODY)) + 1
    sums = _sums(vectors, groups, many)
    new = np.flatnonzero(groups == NOBODY)
    for begin in range(0, len(new), BLOCK):
        rows = new[begin : begin + BLOCK]
        groups[rows] = _joined(vectors[rows], sums, near)
        more = int(groups[rows].max(initial=NOBODY)) + 1 - len(sums)
        sums = np.concatenate([sums, np.zeros((max(more, 0), sums.shape[1]), np.float32)])
        np.add.at(sums, groups[rows], vectors[rows])
    return groups


def _joined(block: Floats, sums: Floats, near: float) -> Ints:
    """Groups of the rows of a block: those there are by their centres, those begun in it by their first rows."""
    centres = sums.copy()
    _scale(centres)
    likeness = block @ centres.T
    best = likeness.argmax(axis=1) if len(sums) else np.zeros(len(block), np.int64)
    best_of = likeness.max(axis=1) if len(sums) else np.full(len(block), -1.0, np.float32)
    among = block @ block.T
    found, first = np.empty(len(block), np.int64), np.empty(0, np.int64)
    for row in range(len(block)):
        here = among[row, first]
        begun = int(here.argmax()) if len(first) else 0
        if len(first) and here[begun] >= max(near, float(best_of[row])):
            found[row] = len(sums) + begun
        elif best_of[row] >= near:
            found[row] = best[row]
        else:
            found[row] = len(sums) + len(first)
            first = np.append(first, row)
    return found


def nearness(vectors: Floats, groups: Ints) -> Floats:
    """Cosine of each row with the centre of its group: the most typical wording is the nearest."""
    centres = _sums(vectors, groups, int(groups.max(initial=NOBODY)) + 1)
    _scale(centres)
    found: Floats = np.einsum("ij,ij->i", vectors, centres[groups])
    return found


def _sums(vectors: Floats, groups: Ints, many: int) -> Floats:
    sums = np.zeros((many, vectors.shape[1]), np.float32)
    own = groups != NOBODY
    np.add.at(sums, groups[own], vectors[own])
    return sums
