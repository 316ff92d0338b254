"""The sparse columns against the plain dense computation."""

from collections import Counter

import numpy as np

from understanding.columns import DENSE, Columns, gram


def bags(rows: int) -> list[list[Counter[str]]]:
    """Rows of two views that share one piece with everybody and some with a few."""
    return [
        [Counter({"all": 1, f"few{row % 5}": 2, f"own{row}": 1}), Counter({f"w{row % 3}": 1})]
        for row in range(rows)
    ]


def test_gram_equals_the_dense_product_on_both_sides_of_the_cut():
    columns = Columns.of(bags(DENSE + 20))
    dense = np.zeros((columns.height, len(columns.vocabulary)))
    for feature, (begin, end) in enumerate(zip(columns.starts, columns.starts[1:], strict=False)):
        dense[columns.rows[begin:end], feature] = columns.values[begin:end]
    assert np.allclose(gram(columns), dense @ dense.T, atol=1e-5)


def test_product_of_a_row_with_itself_is_one():
    many = bags(30)
    assert np.isclose(Columns.of(many).product(many[3])[3], 1, atol=1e-5)


def test_strange_pieces_make_a_text_less_like_everything():
    columns = Columns.of(bags(30))
    known = columns.product([Counter({"few1": 1}), Counter()])
    strange = columns.product([Counter({"few1": 1, "never": 1}), Counter()])
    assert (strange <= known).all()
    assert strange.max() < known.max()
