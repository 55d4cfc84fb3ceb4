"""The worked examples of the Method page, one card each: inputs, outcome, chart, every step, and the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import plotly.graph_objects as go
import streamlit as st

from recsys.data import catalogue
from recsys.explain import arithmetic, examples, snippets, toy_mean
from recsys.explain import example_texts as texts
from recsys.explain.arithmetic import Step
from recsys.explain.centring import centring
from recsys.explain.example_texts import Lang
from recsys.plots import method as plots
from recsys.text import LEXICAL
from recsys.ui import cache, frame
from recsys.ui.frame import empty, plain

MAX_TYPED = 300
SHOP = "shop"


def _shoes(lang: Lang) -> None:
    say, usual = lang.say, examples.Shoes.of(lang)
    st.markdown(
        say("A shopper writes what they need, then complains about one shoe.", "一位顾客先写下需求，再抱怨其中一双鞋。")
    )
    one, two, three = st.columns([5, 4, 2], vertical_alignment="bottom")
    review = _box(one, say("What they need", "需求"), usual.review, f"need-{lang}")
    title = usual.items[0].title
    remark = _box(two, say(f"Remark on {title}", f"对{title}的意见"), usual.remark, f"remark-{lang}")
    stars = three.number_input(say("Its stars", "星级"), 1, 5, usual.stars, key="remark-stars")
    if not review.strip():
        empty(say("Nothing to compare yet.", "还没有可比较的文字。"), say("Write what is needed.", "请写下需求。"))
        return
    example = examples.Shoes(lang, review, remark, int(stars))
    result = examples.shoes(example)
    titles = {item.item_id: item.title for item in example.items}
    left, right = st.columns([4, 5], gap="medium")
    with left:
        _orders(
            {
                say("Need only", "仅需求"): [titles[i] for i in examples.ordered(example.items, result.before)],
                say("+ remark, here", "加意见（本项目）"): [
                    titles[i] for i in examples.ordered(example.items, result.after)
                ],
                say("+ remark, articles", "加意见（文章）"): [
                    titles[i] for i in examples.ordered(example.items, result.mean_after)
                ],
            }
        )
        st.caption(
            say(
                "The articles' mean takes every text as attraction, a complaint too; here low stars push away.",
                "文章的均值把所有文字都当作喜欢，抱怨也不例外；这里低星评价会把商品推远。",
            )
        )
    with right:
        series = {
            say("need only", "仅需求"): result.before.tolist(),
            say("with the remark", "加意见"): result.after.tolist(),
        }
        _bars(
            list(titles.values()),
            series,
            say("score", "得分"),
        )
        st.caption(say("A score of 1 is the usual spread between two shoes.", "得分 1 等于两双鞋之间通常的离散程度。"))
    _steps(result.steps, lang)
    _code(snippets.shoes(example), lang)


def _gadgets(lang: Lang) -> None:
    say = lang.say
    titles = {item.item_id: item.title for item in texts.GADGETS[lang]}
    st.markdown(say("Each click adds a vector, and the mean moves.", "每次点击加入一个向量，均值随之移动。"))
    clicks = st.pills(
        say("Clicked, in this order", "依次点击"),
        list(titles),
        selection_mode="multi",
        default=list(texts.CLICKS),
        format_func=lambda gadget: titles.get(gadget, gadget),
        key="clicked-gadgets",
    )
    if not clicks:
        empty(say("No click, no mean.", "没有点击就没有均值。"), say("Click a gadget above.", "请点选一个产品。"))
        return
    toy, real = toy_mean.toy_mean(clicks, lang), examples.gadgets(lang, clicks)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(
            say(f"**With three numbers** ({toy_mean.axes(lang)})", f"**三个数的例子**（{toy_mean.axes(lang)}）")
        )
        _table({say("Gadget", "产品"): list(titles.values()), "r": [str(v) for v in texts.TOY_VECTORS.values()]})
        _steps(toy.steps, lang)
    with right:
        st.markdown(say("**With the real vectors of their texts**", "**用文字的真实向量**"))
        rows = [list(titles).index(gadget) for gadget in real.order]
        if rows:
            series = {
                say("after the first click", "第一次点击后"): [float(real.scores[0][row]) for row in rows],
                say("after the last", "最后一次点击后"): [float(real.scores[-1][row]) for row in rows],
            }
            _bars([titles[gadget] for gadget in real.order], series, say("cosine with the mean", "与均值的余弦"))
        _steps(real.steps, lang)
    _code(snippets.gadgets(lang, clicks), lang)


def _readers(lang: Lang) -> None:
    say, people = lang.say, texts.READERS[lang]
    st.markdown(
        say(
            "Nobody read the same story, yet the texts tell who is alike.",
            "三个人没有读过同一篇文章，但文字说明谁与谁相近。",
        )
    )
    label = say(f"{people[0].name} also searched for", f"{people[0].name}还搜索了")
    search = _box(st.container(), label, texts.SEARCH[lang], f"search-{lang}")
    result = examples.readers(lang, search)
    titles = {item.item_id: item.title for item in texts.STORIES[lang]}
    names = [person.name for person in people]
    left, right = st.columns([4, 5], gap="medium")
    with left:
        _table({say("Reader", "读者"): names, say("Has read", "读过"): [_titles(p.read, titles) for p in people]})
        offer = _titles(result.recommended, titles)
        near = names[result.nearest]
        st.markdown(
            say(
                f"Closest to {names[0]}: **{near}**. Offered: **{plain(offer)}**.",
                f"与{names[0]}最接近的是**{near}**，推荐：**{plain(offer)}**。",
            )
        )
    with right:
        rows = {name: row.tolist() for name, row in zip(names, result.similarity, strict=True)}
        _chart(plots.matrix(names, list(rows.values())), plots.in_words("Cosines between readers", names, rows))
    _steps(result.steps, lang)
    _code(snippets.readers(lang, search), lang)


def _interest(lang: Lang) -> None:
    say, names = lang.say, arithmetic.SIGNALS[lang]
    st.markdown(
        say("Three signals become one chance, and one answer corrects it.", "三个信号合成一个概率，一次反馈修正它。")
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        values = [
            st.slider(name, 0.0, 1.0, float(usual), 0.1, key=f"signal-{number}", width=220)
            for number, (name, usual) in enumerate(zip(names[1:], arithmetic.FEATURES[1:], strict=True), start=1)
        ]
        answer = st.segmented_control(
            say("What the person does", "用户的反应"),
            [True, False],
            format_func=lambda clicked: say("clicks", "点击") if clicked else say("skips", "跳过"),
            default=True,
            required=True,
            key="answer",
        )
    features = (Fraction(1), *(Fraction(str(round(value, 1))) for value in values))
    clicked = answer is not False
    result = arithmetic.interest(features=features, clicked=clicked, lang=lang)
    left, right = st.columns([4, 5], gap="medium")
    with left:
        before, after = st.columns(2)
        before.metric(say("Chance of interest", "感兴趣的概率"), f"{result.probability:.1%}", border=True)
        change = f"{100 * (result.probability_after - result.probability):+.1f} points"
        label = say("After the answer", "反馈之后")
        after.metric(label, f"{result.probability_after:.1%}", delta=change, border=True)
    with right:
        points = {say("before", "之前"): result.at, say("after the answer", "反馈之后"): result.at_after}
        told = {name: [point[1]] for name, point in points.items()}
        figure = plots.curve(arithmetic.CURVE_Z, arithmetic.CURVE_P, points)
        _chart(figure, plots.in_words("The sigmoid curve", ["P"], told))
    _steps(result.steps, lang)
    _code(snippets.interest(features=features, clicked=clicked), lang)


def _weights(lang: Lang) -> None:
    say, names = lang.say, arithmetic.CANDIDATES[lang]
    st.markdown(
        say("Three chances per story, mixed by weights that a click moves.", "每篇有三个概率，权重随点击移动。")
    )
    chosen = st.pills(
        say("The person clicks", "用户点击"),
        range(len(names)),
        format_func=lambda number: names[number],
        default=2,
        required=True,
        key="clicked-story",
    )
    clicked = chosen if chosen is not None else 2
    result = arithmetic.list_weights(clicked, lang=lang)
    left, right = st.columns([4, 5], gap="medium")
    with left:
        _orders(
            {
                say("Before", "之前"): [names[row] for row in result.order_before],
                say("After the click", "点击之后"): [names[row] for row in result.order_after],
            }
        )
        parts = arithmetic.PARTS[lang]
        chances = {part: [f"{float(row[i]):g}" for row in arithmetic.CHANCES] for i, part in enumerate(parts)}
        _table({say("Chance by", "概率来源"): list(names), **chances})
    with right:
        series = {
            say("before", "之前"): [float(r) for r in result.before],
            say("after the click", "点击之后"): [float(r) for r in result.after],
        }
        _bars(names, series, "R, 0 – 1")
    _steps(result.steps, lang)
    _code(snippets.list_weights(lang, clicked), lang)


def _centring(lang: Lang) -> None:
    say = lang.say
    known = {ref.name for ref in catalogue.available()}
    data = cache.dataset(SHOP) if SHOP in known else examples.Shoes.of(lang).data
    result = centring(data, LEXICAL if lang is Lang.ZH else "", lang)
    st.markdown(
        say(
            f"Cosines of all pairs among {result.n_items} products, read by {plain(result.encoder)}. "
            "Raw, even unrelated products lean the same way; centred, unrelated means about 0.",
            f"{result.n_items} 件商品两两之间的余弦，由 {plain(result.encoder)} 读取。"
            "原始向量中不相关的商品也偏向同一方向；中心化之后，不相关就是接近 0。",
        )
    )
    shares = {say("raw", "原始"): result.raw_share.tolist(), say("centred", "中心化"): result.centred_share.tolist()}
    means = {name: [float(v.mean())] for name, v in zip(shares, (result.raw, result.centred), strict=True)}
    _chart(plots.spread(result.edges.tolist(), shares), plots.in_words("Spread of cosines", ["mean"], means))
    _steps(result.steps, lang)
    if SHOP in known:
        _code(snippets.centring(LEXICAL if lang is Lang.ZH else ""), lang)


CARDS: Mapping[str, Callable[[Lang], None]] = {
    "shoes": _shoes,
    "gadgets": _gadgets,
    "readers": _readers,
    "interest": _interest,
    "weights": _weights,
    "centring": _centring,
}


def _box(place: st.delta_generator.DeltaGenerator, label: str, usual: str, key: str) -> str:
    """Draw a text box that reports while its text is typed."""
    return str(place.text_input(plain(label), usual, key=key, max_chars=MAX_TYPED, live="250ms"))


def _titles(ids: Sequence[str], titles: Mapping[str, str]) -> str:
    return "; ".join(titles[item_id] for item_id in ids)


def _orders(orders: Mapping[str, Sequence[str]]) -> None:
    """Draw lists side by side, best first."""
    longest = max(map(len, orders.values()))
    numbers = [str(rank) for rank in range(1, longest + 1)]
    _table({"#": numbers, **{name: [*order, *[""] * (longest - len(order))] for name, order in orders.items()}})


def _table(columns: Mapping[str, Sequence[str]]) -> None:
    """Draw a small table of literal text."""
    safe = {plain(name): [plain(cell) for cell in cells] for name, cells in columns.items()}
    st.table(safe, border="horizontal", hide_header=False, hide_index=True, alt=", ".join(columns))


def _steps(steps: Sequence[Step], lang: Lang) -> None:
    _table(
        {
            lang.say("Step", "步骤"): [step.label for step in steps],
            lang.say("Formula", "公式"): [step.formula for step in steps],
            lang.say("Value", "数值"): [step.shown for step in steps],
        }
    )


def _bars(labels: Sequence[str], series: Mapping[str, Sequence[float]], unit: str) -> None:
    figure = plots.before_after(labels, series, unit)
    _chart(figure, plots.in_words(unit, labels, series))


def _chart(figure: go.Figure, alt: str) -> None:
    frame.chart(figure, "example-chart", alt)


def _code(code: str, lang: Lang) -> None:
    """Draw the code that prints this card's numbers, behind a fold."""
    with st.expander(lang.say("Show the code", "查看代码"), key="code", on_change="rerun") as fold:
        if fold.open:
            st.code(code, language="python")
