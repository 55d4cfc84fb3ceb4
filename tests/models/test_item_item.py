"""What every model of links shares: one person's score is the weighted sum of links, dense or sparse."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from recsys.models import fit
from recsys.models.evidence import Touched
from recsys.models.item_item import _summed
from recsys.types import Event, Kind, Query


@given(
    n_items=st.integers(1, 40),
    n_touched=st.integers(0, 40),
    seed=st.integers(0, 10_000),
    order=st.sampled_from(["C", "F"]),
)
def test_the_sum_is_the_product_with_the_rows_of_what_was_touched(toy, n_items, n_touched, seed, order):
    rng = np.random.default_rng(seed)
    links = np.asarray(rng.standard_normal((n_items, n_items)), dtype=np.float32, order=order)
    rows = rng.permutation(n_items)[:n_touched]
    weights = rng.standard_normal(len(rows)).astype(np.float32)
    evidence = Touched(rows, weights, (), toy)
    expected = weights.astype(np.float64) @ links[rows].astype(np.float64)
    for kind in (links, sp.csr_matrix(links)):
        found = _summed(kind, evidence)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["ease", "item_knn"])
def test_links_lie_in_rows_and_cannot_be_written_to(toy, name):
    model = fit(name, toy)
    links = model.links_
    if not sp.issparse(links):
        assert links.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        (links.data if sp.issparse(links) else links)[:1] = 1.0
    assert len(model.score(Query((Event("e", Kind.LIKE, 0.0, "shoe"),)))) == toy.n_items
