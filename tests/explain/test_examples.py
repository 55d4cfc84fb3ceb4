"""The worked examples: fractions where the numbers allow, the app's own models elsewhere, and every snippet run."""

import ast
import contextlib
import io
import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys import Query, fit
from recsys.explain import arithmetic, examples, snippets, toy_mean
from recsys.explain import example_texts as texts
from recsys.explain.centring import centring
from recsys.explain.example_texts import Lang
from recsys.text import LEXICAL, reader

LANGS = list(Lang)
FRACTIONS = st.fractions(min_value=-5, max_value=5, max_denominator=20)


def printed(code: str) -> str:
    """Return what ``code`` prints when it is pasted into an empty session."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "snippet", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def values(steps):
    return {step.label: step.value for step in steps}


class TestToyMean:
    def test_mean_of_two_clicks_is_exact(self):
        toy = toy_mean.toy_mean(("hush", "dash"))
        assert toy.means == ((4, 0, 0), (2, 1, 2))
        assert values(toy.steps)["Length of the mean"] == 3

    def test_cosines_are_the_hand_computed_fractions(self):
        toy = toy_mean.toy_mean(("hush", "dash"))
        assert toy.cosines == {"vox": F(11, 15), "pace": F(14, 15), "orbit": F(8, 9)}
        assert toy.order == ("pace", "orbit", "vox")

    def test_second_click_changes_the_order(self):
        one = toy_mean.toy_mean(("hush",))
        assert one.cosines == {"dash": 0, "vox": F(4, 5), "pace": F(3, 5), "orbit": F(1, 3)}
        assert one.order == ("vox", "pace", "orbit", "dash")

    def test_irrational_length_gives_the_float(self):
        cosines = toy_mean.toy_mean(("hush", "orbit")).cosines
        assert cosines["pace"] == pytest.approx(np.dot([2.5, 1, 1], [3, 0, 4]) / (np.linalg.norm([2.5, 1, 1]) * 5))

    def test_no_click_no_cosine(self):
        toy = toy_mean.toy_mean(())
        assert toy == toy_mean.ToyMean((), {}, (), ())

    @given(FRACTIONS)
    def test_root_of_a_square_is_exact(self, x):
        assert toy_mean.root(x * x) == abs(x)


class TestInterest:
    def test_sigmoid_of_zero_is_one_half(self):
        assert arithmetic.sigmoid(0) == F(1, 2)
        result = arithmetic.interest(theta=(F(-1), F(2), F(1)), features=(F(1), F(1, 2), F(0)))
        assert result.z == 0
        assert result.probability == F(1, 2)
        # theta + 1/2 (1 - 1/2) f
        assert result.theta_after == (F(-3, 4), F(17, 8), 1)

    def test_odds_of_three_to_one(self):
        assert arithmetic.sigmoid(math.log(3)) == pytest.approx(3 / 4, abs=1e-15)

    @given(st.floats(-1e6, 1e6))
    def test_sigmoid_and_its_mirror_sum_to_one(self, z):
        assert 0 <= arithmetic.sigmoid(z) <= 1
        assert arithmetic.sigmoid(z) + arithmetic.sigmoid(-z) == pytest.approx(1)

    @given(st.tuples(FRACTIONS, FRACTIONS, FRACTIONS), st.booleans())
    def test_click_raises_and_skip_lowers_the_probability(self, features, clicked):
        result = arithmetic.interest(features=(F(1), *features[1:]), clicked=clicked)
        assert (result.z_after > result.z) == clicked

    def test_default_numbers(self):
        result = arithmetic.interest()
        assert result.z == F(8, 5)
        assert result.probability == pytest.approx(1 / (1 + math.exp(-1.6)))
        steps = values(result.steps)
        assert steps["Probability of interest"] == result.probability
        assert steps["Probability next time"] == result.probability_after

    def test_far_outside_nothing_overflows(self):
        result = arithmetic.interest(theta=(F(-10_000), F(0), F(0)))
        assert result.probability == 0
        assert len(result.steps) == 11


class TestListWeights:
    def test_hand_computed_sums(self):
        result = arithmetic.list_weights(clicked=2)
        assert result.before == (F(53, 100), F(1, 2), F(9, 20))
        assert result.weights_after == (F(1, 6), F(1, 3), F(1, 2))
        assert result.after == (F(4, 15), F(29, 60), F(19, 30))

    def test_click_on_the_last_turns_the_list_round(self):
        result = arithmetic.list_weights(clicked=2)
        assert result.order_before == (0, 1, 2)
        assert result.order_after == (2, 1, 0)

    def test_click_on_the_first_changes_nothing(self):
        result = arithmetic.list_weights(clicked=0)
        assert result.weights_after == arithmetic.WEIGHTS
        assert result.after == result.before

    @given(st.integers(0, 2), st.fractions(0, 1, max_denominator=10))
    def test_weights_stay_a_mixture_and_the_clicked_gains_on_the_first(self, clicked, rate):
        result = arithmetic.list_weights(clicked, rate=rate)
        assert sum(result.weights_after) == 1
        assert min(result.weights_after) >= 0
        assert result.after[clicked] - result.after[0] >= result.before[clicked] - result.before[0]


@pytest.mark.parametrize("lang", LANGS)
class TestShoes:
    def test_rain_shoe_is_found(self, lang):
        example = examples.Shoes.of(lang)
        result = examples.shoes(example)
        assert examples.ordered(example.items, result.before)[0] == texts.RAIN_SHOE
        assert examples.ordered(example.items, result.cosine)[0] == texts.RAIN_SHOE
        assert example.items[0].item_id == texts.RAIN_SHOE

    def test_remark_puts_the_wide_shoe_first_here_and_not_in_the_articles_mean(self, lang):
        example = examples.Shoes.of(lang)
        result = examples.shoes(example)
        assert examples.ordered(example.items, result.after)[0] == "harbour"
        assert examples.ordered(example.items, result.mean_after)[0] == texts.RAIN_SHOE
        # The complaint counts as attraction there: the shoe complained of comes closer.
        assert result.mean_after[0] > result.cosine[0]
        assert result.after[0] < result.before[0]

    def test_score_is_the_centred_cosine_over_the_spread(self, lang):
        steps = [step.value for step in examples.shoes(examples.Shoes.of(lang)).steps]
        assert steps[3] == pytest.approx(steps[1] / steps[2], rel=1e-5)

    def test_parts_sum_to_the_score_after(self, lang):
        steps = examples.shoes(examples.Shoes.of(lang)).steps
        parts = [step.value for step in steps if step.label.startswith(("From", "来自"))]
        assert len(parts) == 3
        assert sum(parts) == pytest.approx(steps[-2].value, abs=1e-5)

    def test_the_need_leads_and_the_remark_weighs_by_its_stars(self, lang):
        steps = examples.shoes(examples.Shoes.of(lang)).steps
        assert steps[4].value == pytest.approx(-7 / 20)
        assert steps[5].value == pytest.approx(
            2 * 7 / 20 * 0.7 / 0.3
        )  # 70% of all: the shoe and its words are the rest
        assert f"{steps[5].value:.3f} /" in " ".join(step.formula for step in steps)

    def test_kind_words_do_not_push(self, lang):
        example = examples.Shoes(lang, texts.REVIEW[lang], texts.REMARK[lang], stars=5)
        assert examples.ordered(example.items, examples.shoes(example).after)[0] == texts.RAIN_SHOE

    def test_without_a_review_only_the_remark_counts(self, lang):
        result = examples.shoes(examples.Shoes(lang, "  ", texts.REMARK[lang]))
        assert np.isnan(result.cosine).all()
        assert np.isfinite(result.after).all()

    def test_snippet_prints_the_numbers_of_the_page(self, lang):
        example = examples.Shoes(lang, texts.REVIEW[lang] + ' it\'s "so" $wet {0} \\n', texts.REMARK[lang])
        result = examples.shoes(example)
        lines = [line.split(" ", 2) for line in printed(snippets.shoes(example)).splitlines()]
        shown = {(model, n): dict(ast.literal_eval(pairs)) for model, n, pairs in lines}
        ids = [item.item_id for item in example.items]
        for key, scores in {
            ("text_mean", "1"): result.cosine,
            ("text_mean", "2"): result.mean_after,
            ("text_profile", "1"): result.before,
            ("text_profile", "2"): result.after,
        }.items():
            assert [shown[key][i] for i in ids] == pytest.approx(scores.tolist(), abs=6e-4)


@pytest.mark.parametrize("lang", LANGS)
class TestGadgets:
    def test_second_click_lifts_the_camera(self, lang):
        result = examples.gadgets(lang)
        ids = [item.item_id for item in texts.GADGETS[lang]]
        orbit = ids.index("orbit")
        assert result.scores[1][orbit] > result.scores[0][orbit]
        assert result.order[0] == "pace"
        assert set(result.order) == {"vox", "pace", "orbit"}

    def test_length_of_the_mean_follows_from_the_angle(self, lang):
        result = examples.gadgets(lang)
        ids = [item.item_id for item in texts.GADGETS[lang]]
        angle = float(result.scores[0][ids.index("dash")])
        assert values(result.steps)[Lang(lang).say("Length of the mean", "均值向量的长度")] == pytest.approx(
            math.sqrt((1 + angle) / 2), abs=1e-5
        )

    def test_steps_give_the_scores_of_the_model(self, lang):
        result = examples.gadgets(lang)
        ids = [item.item_id for item in texts.GADGETS[lang]]
        cosines = [step.value for step in result.steps[-len(result.order) :]]
        assert cosines == pytest.approx([float(result.scores[-1][ids.index(g)]) for g in result.order], abs=1e-5)

    def test_no_click_nothing_to_show(self, lang):
        result = examples.gadgets(lang, ())
        assert (result.scores, result.order, result.steps) == ((), (), ())

    def test_all_clicked_leaves_nothing_to_offer(self, lang):
        assert examples.gadgets(lang, tuple(texts.TOY_VECTORS)).order == ()

    def test_snippet_prints_the_numbers_of_the_page(self, lang):
        result = examples.gadgets(lang)
        ids = [item.item_id for item in texts.GADGETS[lang]]
        lines = printed(snippets.gadgets(lang, texts.CLICKS)).splitlines()
        for line, scores in zip(lines, result.scores, strict=True):
            shown = dict(ast.literal_eval(line.split(" ", 1)[1]))
            assert [shown[i] for i in ids] == pytest.approx(scores.tolist(), abs=6e-4)


@pytest.mark.parametrize("lang", LANGS)
class TestReaders:
    def test_texts_find_the_like_minded_reader_without_a_shared_story(self, lang):
        result = examples.readers(lang)
        assert (result.shared - np.diag(np.diag(result.shared)) == 0).all()
        assert texts.READERS[lang][result.nearest].name == texts.READERS[lang][1].name
        assert result.recommended[0] == "rover"

    def test_similarity_is_symmetric_with_ones(self, lang):
        matrix = examples.readers(lang).similarity
        assert np.allclose(matrix, matrix.T, atol=1e-6)
        assert np.allclose(np.diag(matrix), 1, atol=1e-5)

    def test_similarity_is_the_cosine_of_the_articles_means(self, lang):
        """TextMean gives the same number for a reader and a story."""
        data = texts.catalogue("stories", texts.STORIES[lang])
        model = fit("text_mean", data)
        scores = model.score(Query(events=tuple(_click(story) for story in texts.READERS[lang][0].read)))
        assert examples.readers(lang, "").scores == pytest.approx(scores, abs=1e-5)

    def test_another_search_changes_the_neighbour(self, lang):
        cook = {Lang.EN: "slow sourdough bread, soup with vegetables", Lang.ZH: "蔬菜汤和酸种面包怎么做"}
        assert examples.readers(lang, cook[lang]).nearest == 2

    def test_snippet_prints_the_numbers_of_the_page(self, lang):
        search = texts.SEARCH[lang] + " it's $1"
        shown = [float(line.split()[-1]) for line in printed(snippets.readers(lang, search)).splitlines()]
        assert shown == pytest.approx(examples.readers(lang, search).similarity[0].tolist(), abs=6e-4)


class TestCentring:
    def test_raw_leans_one_way_and_centred_does_not(self, shop):
        result = centring(shop)
        assert result.raw.mean() > 0.1
        assert abs(result.centred.mean()) < 0.02
        assert result.raw_share.sum() == pytest.approx(1)
        assert result.centred_share.sum() == pytest.approx(1)

    def test_spread_is_the_unit_of_the_app(self, shop):
        assert float(centring(shop).centred.std()) == pytest.approx(reader().space(shop, "minilm").scale, rel=1e-4)

    def test_pairs_are_all_different_items(self):
        data = examples.Shoes.of(Lang.EN).data
        result = centring(data)
        assert len(result.raw) == 5 * 4 // 2
        assert len(result.steps) == 4  # no categories, no agreement

    def test_one_item_has_no_pairs(self):
        result = centring(texts.catalogue("one", texts.SHOES[Lang.EN][:1]))
        assert len(result.raw) == 0
        assert [step.value for step in result.steps] == [0, 0, 0, 0]

    @pytest.mark.parametrize("encoder", ["", LEXICAL])
    def test_snippet_prints_the_numbers_of_the_page(self, shop, encoder):
        result = centring(shop, encoder)
        shown = [line.split() for line in printed(snippets.centring(encoder)).splitlines()]
        for (_, mean, spread), cosines in zip(shown, (result.raw, result.centred), strict=True):
            assert (float(mean), float(spread)) == pytest.approx((cosines.mean(), cosines.std()), abs=6e-4)


@pytest.mark.parametrize("clicked", [True, False])
def test_interest_snippet_prints_the_numbers_of_the_page(clicked):
    result = arithmetic.interest(clicked=clicked)
    shown = [float(number) for number in printed(snippets.interest(clicked=clicked)).split()]
    assert shown == pytest.approx([result.probability, result.probability_after], abs=6e-4)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("clicked", range(3))
def test_list_weights_snippet_prints_the_fractions_of_the_page(lang, clicked):
    result = arithmetic.list_weights(clicked, lang=lang)
    before, after = printed(snippets.list_weights(lang, clicked)).splitlines()
    assert tuple(map(F, before.split())) == result.before
    assert tuple(map(F, after.split())) == result.after


@pytest.mark.parametrize("lang", LANGS)
def test_every_step_is_worded_and_shown(lang):
    runs = (
        toy_mean.toy_mean(texts.CLICKS, lang),
        arithmetic.interest(lang=lang),
        arithmetic.list_weights(lang=lang),
        examples.shoes(examples.Shoes.of(lang)),
        examples.gadgets(lang),
        examples.readers(lang),
    )
    for step in (step for run in runs for step in run.steps):
        assert step.label
        assert step.formula
        assert step.shown
        assert "nan" not in step.shown


def _click(item_id):
    return examples.Event(f"e-{item_id}", examples.Kind.CLICK, 0.0, item_id)
