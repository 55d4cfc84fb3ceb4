"""The worked examples that read text, computed by the app's own encoders and models on a handful of invented items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.explain import example_texts as texts
from recsys.explain.arithmetic import Step, number
from recsys.explain.example_texts import Item, Lang
from recsys.models.evidence import decayed_weights
from recsys.models.text_mean import TextMean
from recsys.models.text_profile import TextProfile
from recsys.ranking import top_k
from recsys.text import reader
from recsys.text.space import centred
from recsys.types import Event, Kind, Matrix, Query, Vector


def ordered(items: Sequence[Item], scores: Vector) -> tuple[str, ...]:
    """Ids of ``items`` by ``scores``, best first; items without a score are left out."""
    return tuple(items[row].item_id for row in top_k(scores, len(items)))


# --- shoes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shoes:
    """What a shopper wrote: first what they look for, then a remark on the rain shoe with its stars."""

    lang: Lang
    review: str
    remark: str
    stars: int = texts.REMARK_STARS
    """1..5."""

    @classmethod
    def of(cls, lang: Lang) -> Self:
        return cls(lang, texts.REVIEW[lang], texts.REMARK[lang])

    @property
    def items(self) -> tuple[Item, ...]:
        return texts.SHOES[self.lang]

    @property
    def data(self) -> Dataset:
        return texts.catalogue("shoes", self.items)

    @property
    def first(self) -> Query:
        """The review alone, kept as a wish."""
        wish = Event("review", Kind.WISH, 0.0, text=self.review)
        return Query(events=(wish,) if self.review.strip() else ())

    @property
    def second(self) -> Query:
        """The review, then the remark."""
        remark = Event("remark", Kind.REVIEW, 1.0, texts.RAIN_SHOE, float(self.stars), self.remark)
        return Query(events=(*self.first.events, remark))


@dataclass(frozen=True, eq=False, slots=True)
class ShoesResult:
    """Scores of the five shoes, (5,) each, in the order of ``Shoes.items``."""

    cosine: Vector
    """Plain cosine with the review; NaN without a review."""
    before: Vector
    """Text profile, the review alone."""
    mean_after: Vector
    """The articles' mean after the remark."""
    after: Vector
    """Text profile after the remark."""
    steps: tuple[Step, ...]


def shoes(example: Shoes) -> ShoesResult:
    """Score the shoes by the articles' mean and by the text profile, before and after the remark."""
    mean, profile = TextMean().fit(example.data), TextProfile().fit(example.data)
    cosine, before = mean.score(example.first), profile.score(example.first)
    mean_after, after = mean.score(example.second), profile.score(example.second)
    steps = _review_steps(example, cosine, before) if example.review.strip() else ()
    steps += _remark_steps(example, profile, float(mean_after[0]), float(after[0]))
    return ShoesResult(cosine, before, mean_after, after, steps)


def _review_steps(example: Shoes, cosine: Vector, before: Vector) -> tuple[Step, ...]:
    """From words to the score of the rain shoe."""
    say, title = example.lang.say, example.items[0].title
    space = reader().space(example.data, reader().route(example.review, example.data))
    closeness = float(space.vectors([example.review])[0] @ space.items[0])
    return (
        Step(say(f"Cosine of the review and {title}", f"评论与{title}的余弦"), "h_u · h_i", float(cosine[0])),
        Step(
            say("The same, centred", "中心化之后的余弦"),
            say("subtract the shoes' mean vector from both", "两边都减去五双鞋的平均向量"),
            closeness,
        ),
        Step(
            say("Spread between two shoes", "任意两双鞋之间的离散程度"),
            say("standard deviation of centred cosines", "中心化余弦的标准差"),
            space.scale,
        ),
        Step(
            say("Score before the remark", "补充之前的得分"),
            f"{number(closeness)} / {number(space.scale)}",
            float(before[0]),
        ),
    )


def _remark_steps(example: Shoes, profile: TextProfile, mean_after: float, after: float) -> tuple[Step, ...]:
    """From signed, ageing weights to the sum that is the rain shoe's new score."""
    say, events = example.lang.say, example.second.events
    weights = decayed_weights(events, profile.half_life, profile.dislike_strength)
    sign = f"{profile.dislike_strength:g} × " if weights[-1] < 0 else ""
    steps = [Step(say("Weight of the remark", "补充意见的权重"), f"{sign}({example.stars} − 3) / 2", weights[-1])]
    parts = profile.contributions(example.second, np.array([0]))
    total = sum(abs(part.weight) for part in parts.parts)
    need = sum(part.weight for part in parts.parts if part.key == events[0].event_id)
    if len(events) > 1:
        others, share = total - need, profile.typed_share
        formula = f"{number(others)} × {share:g} / {1 - share:g}" if others else say("alone: 1", "只有它：1")
        steps.append(
            Step(say("Weight of the need, a kept wish: it leads", "需求的权重（保留的愿望，由它主导）"), formula, need)
        )
    for part, value in zip(parts.parts, parts.values[0], strict=True):
        if part.weight:
            share = part.weight / total
            formula = f"{number(part.weight)} / {number(total)} × {number(float(value) / share)}"
            steps.append(Step(say(f"From “{part.label}”", f"来自“{part.label}”"), formula, float(value)))
    return (
        *steps,
        Step(say("Score after, here", "补充之后的得分（本项目）"), say("sum of the parts", "各部分之和"), after),
        Step(say("Cosine after, the articles' mean", "补充之后的余弦（文章的均值）"), "cos(v(u), h_i)", mean_after),
    )


# --- gadgets -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class GadgetsResult:
    """The mean of real vectors after each click."""

    scores: tuple[Vector, ...]
    """Per click: cosine of the mean with every gadget, (5,) float32."""
    order: tuple[str, ...]
    """Gadgets not clicked, best first, after the last click."""
    steps: tuple[Step, ...]


def gadgets(lang: Lang, clicks: Sequence[str] = texts.CLICKS) -> GadgetsResult:
    """Run the articles' model, v(u) = mean of embed(r), after each click; without clicks nothing can be scored."""
    items = texts.GADGETS[lang]
    data = texts.catalogue("gadgets", items)
    model = TextMean().fit(data)
    events = tuple(Event(f"c{n}", Kind.CLICK, float(n), gadget) for n, gadget in enumerate(clicks))
    scores = tuple(model.score(Query(events=events[:n])) for n in range(1, len(events) + 1))
    if not scores:
        return GadgetsResult((), (), ())
    rows = [data.row(gadget) for gadget in clicks]
    left = scores[-1].copy()
    left[rows] = np.nan
    best = ordered(items, left)
    steps = _mean_steps(lang, items, reader().space(data, model.encoder_names[0]).raw, rows, best)
    return GadgetsResult(scores, best, steps)


def _mean_steps(
    lang: Lang, items: Sequence[Item], raw: Matrix, rows: list[int], best: Sequence[str]
) -> tuple[Step, ...]:
    """First numbers of the vectors, the length of their mean, and one cosine taken apart."""
    mean = raw[rows].mean(axis=0)
    length, dim = float(np.linalg.norm(mean)), raw.shape[1]
    clicked = [(items[row].title, raw[row]) for row in rows]
    steps = [
        Step(title, lang.say(f"first 3 of {dim} numbers", f"{dim} 个数中的前 3 个"), _head(v)) for title, v in clicked
    ]
    steps.append(
        Step(lang.say("Mean v(u)", "均值 v(u)"), lang.say(f"sum / {len(rows)}", f"求和 / {len(rows)}"), _head(mean))
    )
    steps.append(Step(lang.say("Length of the mean", "均值向量的长度"), "|v(u)|", length))
    ids = [item.item_id for item in items]
    for gadget in best:
        row = ids.index(gadget)
        dots = [float(raw[row] @ v) for _, v in clicked]
        formula = f"({' + '.join(f'{number(dot)}' for dot in dots)}) / ({len(dots)} × {number(length)})"
        value = sum(dots) / (len(dots) * length) if length else 0.0
        steps.append(Step(lang.say(f"Cosine with {items[row].title}", f"与{items[row].title}的余弦"), formula, value))
    return tuple(steps)


def _head(vector: Vector) -> str:
    return f"({', '.join(number(float(x)) for x in vector[:3])}, …)"


# --- three readers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class ReadersResult:
    """Three people compared by what they read."""

    shared: np.ndarray
    """(3, 3) int: stories two people have both read."""
    similarity: Matrix
    """(3, 3) float32 cosine of their mean vectors; 1 on the diagonal."""
    nearest: int
    """Position of the person closest to the first."""
    recommended: tuple[str, ...]
    """What the nearest read and the first did not, closest to the first person's taste on top."""
    scores: Vector
    """(6,) cosine of the first person's vector with every story."""
    steps: tuple[Step, ...]


def readers(lang: Lang, search: str | None = None) -> ReadersResult:
    """User-based collaborative filtering on text: the first reader, their search included, against the others.

    Plain cosines, not centred: six stories are all these people have read, and subtracting the mean of exactly
    that would make any two of them look like opposites.
    """
    search = texts.SEARCH[lang] if search is None else search
    items, people = texts.STORIES[lang], texts.READERS[lang]
    data = texts.catalogue("stories", items)
    space = reader().space(data, reader().main(data))
    rows = [[data.row(story) for story in person.read] for person in people]
    records = [space.raw[read] for read in rows]
    if search.strip():
        records[0] = np.vstack([records[0], space.read([search])])
    users = _unit(np.stack([record.mean(axis=0) for record in records]))
    similarity = np.asarray(users @ users.T, dtype=np.float32)
    nearest = int(top_k(similarity[0], 1, exclude=np.array([0]))[0])
    scores = np.asarray(users[0] @ space.raw.T, dtype=np.float32)
    offered = np.full(len(items), np.nan, dtype=np.float32)
    fresh = [row for row in rows[nearest] if row not in rows[0]]
    offered[fresh] = scores[fresh]
    read = np.array([[item.item_id in person.read for item in items] for person in people], dtype=np.int64)
    best = ordered(items, offered)
    steps = _reader_steps(
        lang, similarity, read @ read.T, nearest, [(data.title(i), float(scores[data.row(i)])) for i in best]
    )
    return ReadersResult(read @ read.T, similarity, nearest, best, scores, steps)


def _reader_steps(
    lang: Lang, similarity: Matrix, shared: np.ndarray, nearest: int, offered: Sequence[tuple[str, float]]
) -> tuple[Step, ...]:
    names = [person.name for person in texts.READERS[lang]]
    pairs = [(0, 1), (0, 2), (1, 2)]
    both = lang.say("stories both have read", "两人都读过的文章数")
    return (
        *(Step(f"{names[a]} – {names[b]}", both, str(int(shared[a, b]))) for a, b in pairs),
        *(Step(f"{names[a]} – {names[b]}", "cos(v(a), v(b))", float(similarity[a, b])) for a, b in pairs),
        Step(
            lang.say(f"Closest to {names[0]}", f"与{names[0]}最接近的人"),
            f"max({number(float(similarity[0, 1]))}, {number(float(similarity[0, 2]))})",
            names[nearest],
        ),
        *(
            Step(lang.say(f"Offer: {title}", f"推荐：{title}"), f"cos(v({names[0]}), h_i)", score)
            for title, score in offered
        ),
    )


def _unit(rows: Matrix) -> Matrix:
    return centred(rows, np.zeros(rows.shape[1], dtype=np.float32))
