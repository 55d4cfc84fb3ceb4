"""Groups of people: planted ones are found and named, none are in noise, and the measures are the known ones."""

from __future__ import annotations

import json
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import planted_people as planted
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from benchmarks.audience import dealt_anew
from recsys.audience import clusters, groups
from recsys.audience.clusters import N_NEAR, by_centres, by_density, dense, distances, k_means, silhouettes
from recsys.audience.divisions import GROUP, division
from recsys.audience.groups import Groups, Method, find
from recsys.audience.profiles import MIN_LIKES, Profiles, places, shuffled
from recsys.data import Dataset, catalogue
from recsys.settings import ROOT


@pytest.fixture(scope="module", autouse=True)
def _fewer_numbers_of_groups():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "KS", range(2, 8))
        yield


@pytest.fixture(scope="module")
def town() -> Dataset:
    return planted.camps()


@pytest.fixture(scope="module")
def found(town) -> Groups:
    return find(town, Method.CENTRES)


def agreement(found: Groups, truth: list[object]) -> float:
    return float(adjusted_rand_score(truth, found.labels))


def test_planted_groups_are_found(found):
    assert len(found.groups) == 4
    assert agreement(found, [planted.camp_of(user) for user in found.user_ids]) > 0.9
    assert found.finding.sure
    assert found.finding.p == 1 / 40
    assert found.stable[0] > 0.9


def test_each_group_is_named_after_what_only_it_likes(town, found):
    for group in found.groups:
        camp = planted.CAMPS[planted.camp_of(group.user_ids[0])]
        assert group.tags[0][0] == camp
        assert all(tag.lower().startswith(camp.lower()) for tag, _ in group.tags)
        assert group.name_zh(town).startswith(planted.CHINESE[camp])


def test_the_number_of_groups_is_explained_by_the_gap_to_the_next(found):
    values = dict(zip(found.tried.options, found.tried.values, strict=True))
    second = max(value for k, value in values.items() if k != 4)
    assert f"{values[4] - second:.3f} above" in found.why
    assert found.why.startswith("4 groups")


def test_dense_groups_are_found_too_and_somebody_between_them_is_in_none(town):
    dense = find(town, Method.DENSITY)
    truth = [planted.camp_of(user) for user in dense.user_ids]
    inside = dense.labels >= 0
    assert adjusted_rand_score(np.array(truth)[inside], dense.labels[inside]) > 0.9


@pytest.mark.parametrize("method", list(Method))
def test_no_groups_are_found_when_the_likes_are_dealt_anew(town, method):
    for seed in range(3):
        found = find(dealt_anew(town, seed), method)
        assert found.groups == ()
        assert not found.finding.sure
        assert "No groups" in found.finding.sentence
        assert set(found.labels.tolist()) == {-1}


def test_a_single_cloud_of_tastes_is_no_groups(monkeypatch, town):
    rng = np.random.default_rng(5)
    cloud = rng.normal(size=(len(town.user_ids), 4)) * [4.0, 2.0, 1.0, 1.0]
    monkeypatch.setattr(Profiles, "places", property(lambda profiles: cloud))
    town.memo.pop((Groups, Method.CENTRES), None)
    found = find(town, Method.CENTRES)
    town.memo.pop((Groups, Method.CENTRES), None)
    assert found.groups == ()


def test_too_few_people_are_a_sentence(toy):
    for method in Method:
        found = find(toy, method)
        assert found.groups == ()
        assert found.finding.p == 1.0
        assert "people" in found.why


def test_who_liked_little_is_left_out(town):
    few = town.events[town.events["user_id"] != "u007"]
    some = town.events[town.events["user_id"] == "u007"].head(MIN_LIKES - 1)
    data = planted.dataset(
        town.items.to_dict("records"),
        [*few[["user_id", "item_id", "at"]].itertuples(index=False, name=None)]
        + [*some[["user_id", "item_id", "at"]].itertuples(index=False, name=None)],
    )
    profiles = Profiles.of(data)
    assert "u007" not in profiles.user_ids
    assert profiles.n_left_out == 1


@pytest.mark.parametrize("name", ["news", "music", "courses", "social"])
def test_the_groups_of_the_samples_are_recovered(name, monkeypatch):
    monkeypatch.setattr(clusters, "KS", range(2, 13))
    truth = json.loads((ROOT / "sample_data" / name / "truth.json").read_text(encoding="utf-8"))["group_of"]
    profiles = Profiles.of(catalogue.load(name))
    labels = by_centres(profiles.places).labels
    assert adjusted_rand_score([truth[user] for user in profiles.user_ids], labels) >= 0.8


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_dealing_anew_keeps_how_much_everybody_and_everything_has(seed):
    rng = np.random.default_rng(seed)
    likes = sp.csr_matrix((rng.random((12, 30)) < rng.uniform(0.1, 0.5)).astype(float))
    dealt = shuffled(likes, rng)
    assert np.array_equal(dealt.sum(axis=0), likes.sum(axis=0))
    assert np.array_equal(dealt.sum(axis=1), likes.sum(axis=1))
    assert set(dealt.data.tolist()) <= {1.0}


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_silhouettes_are_those_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    points, labels = rng.normal(size=(30, 3)), rng.integers(0, 4, 30)
    labels[:8] = [0, 0, 1, 1, 2, 2, 3, 3]
    assert silhouettes(distances(points), labels) == pytest.approx(silhouette_samples(points, labels))


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_dense_clusters_are_those_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    points = np.vstack([rng.normal(size=(40, 2)), rng.normal(size=(30, 2)) + rng.uniform(1, 6)])
    between = distances(points[rng.permutation(70)])
    reaches = np.quantile(between, [0.0, 0.05, 0.1, 0.2, 0.4, 1.0])
    for reach, labels in zip(reaches, dense(between, reaches), strict=True):
        known = DBSCAN(eps=max(reach, 1e-9), min_samples=N_NEAR, metric="precomputed").fit_predict(between)
        assert labels.tolist() == known.tolist()


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_centres_move_to_where_those_of_scikit_learn_do(seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(60, 3)) + 3 * rng.integers(0, 3, (60, 1))
    starts = [points[rng.choice(60, k, replace=False)] for k in (2, 5, 3)]
    labels, spreads = k_means(points, starts)
    for start, own, spread in zip(starts, labels, spreads, strict=True):
        known = KMeans(len(start), init=start, n_init=1, tol=0.0).fit(points)
        assert own.tolist() == known.labels_.tolist()
        assert spread == pytest.approx(known.inertia_)


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), min_size=1, max_size=30))
@settings(max_examples=50)
def test_agreement_is_that_of_scikit_learn(pairs):
    one, other = np.array(pairs).T
    assert clusters.agreement(one, other) == pytest.approx(adjusted_rand_score(one, other))


def test_several_who_ask_at_once_get_one_result(monkeypatch, town):
    asked: list[Method] = []

    def slowly(data: Dataset, method: Method) -> Groups:
        asked.append(method)
        time.sleep(0.05)
        return groups._too_few(Profiles.of(data), method)

    monkeypatch.setattr(groups, "_found", slowly)
    data = dealt_anew(town, 0)
    with ThreadPoolExecutor(4) as sessions:
        found = list(sessions.map(lambda _: find(data, Method.CENTRES), range(4)))
    assert len(asked) == 1
    assert len(set(map(id, found))) == 1


def test_who_is_served_by_group_is_asked_of_the_same_result(monkeypatch, town):
    found = find(town, Method.CENTRES)
    monkeypatch.delattr(groups, "_found")
    assert [part.user_ids for part in division(town, GROUP)] == [group.user_ids for group in found.groups]


def test_people_of_no_group_have_no_silhouette():
    points = np.array([[0.0], [0.1], [5.0], [5.1], [99.0]])
    assert silhouettes(distances(points), np.array([0, 0, 1, 1, -1]))[-1] == 0
    assert (silhouettes(distances(points), np.array([0, 0, 0, 0, -1])) == 0).all()


def test_permuting_the_people_permutes_their_places(town):
    counts = Profiles.of(town).counts
    order = np.random.default_rng(1).permutation(len(counts))
    assert distances(places(counts[order])) == pytest.approx(distances(places(counts))[np.ix_(order, order)])


def test_points_that_are_all_the_same_are_no_groups_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert by_density(np.ones((40, 2))).n_groups == 0
        assert by_centres(np.zeros((3, 2))).n_groups == 0
        assert places(np.zeros((4, 3))).shape == (4, 0)


def test_somebody_far_away_is_not_a_group_of_one():
    rng = np.random.default_rng(2)
    crowds = np.vstack([rng.normal(size=(40, 2)), rng.normal(size=(40, 2)) + 20])
    assert by_centres(crowds).n_groups == 2
    assert by_centres(np.vstack([crowds, [[500.0, 500.0]]])).n_groups == 0
