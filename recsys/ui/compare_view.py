"""Drawing of the Compare page: the lists side by side, the knobs that move them, and how far they agree."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from recsys.data import Dataset
from recsys.live import snippet
from recsys.live.movement import NEW, SAME
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.plots.compare import agreement_alt, agreement_figure, pipeline_alt, pipeline_figure
from recsys.types import Kind, Part, Query
from recsys.ui import cache, frame, knobs, links, save
from recsys.ui.compare_controls import Asker, choices
from recsys.ui.compare_model import Column, Comparison, comparison, learn, unlearned
from recsys.ui.frame import plain
from recsys.ui.live_words import DONE
from recsys.ui.ranker import RANKER
from recsys.ui.wording import Wording

MAX_TITLE = {1: 90, 2: 60, 3: 38, 4: 27}
"""Letters of a title by number of columns, so that a line stays a line."""
HEAD = {1: 76, 2: 76, 3: 76, 4: 98}
"""Pixels of a name and its line by number of columns, so that the lists begin side by side."""
FOLDED = 40
"""Pixels of knobs that are folded away."""
MAX_REASON = 48
MAX_ONLY = 44

ONLY = ":green-badge[◆]"
"""Mark of an item that one list alone has."""

_AGREEMENT_HELP = (
    "Rank-biased overlap reads two lists from the top: 1 is the same list, 0 has nothing in common, and what stands "
    "near the top counts most. Somebody who has read a place goes on to the next with p = 0.9, and what the lists "
    "share so far is taken to go on below their ends (Webber, Moffat and Zobel 2010)."
)


@frame.part("side-by-side")
def side_by_side(data: Dataset, who: Asker) -> None:
    """Draw the choice of models, their lists for ``who``, and all that follows; reruns alone at every choice."""
    turned, wrong = knobs.turned()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        bases = choices(data)
        k = knobs.list_length()
    frame.notices(*wrong)
    if not bases:
        frame.empty("No recommender is chosen.", "Choose one to four with the button above.")
        return
    _learned(data, bases)
    settings = [turned.get(model, base) for model, base in bases.items()]
    shown = comparison(data, who.query, settings, k, bases)
    words = Wording.for_query(data, who.query)
    _lists(words, who, shown)
    _save(data, shown, k)
    for column in shown.columns:
        _pipeline(words, column)
    _agreement(shown)
    _finds(words, shown)


def _learned(data: Dataset, bases: Mapping[str, Setting]) -> None:
    """Say what is learned while it is, with a bar; draw nothing where all is learned."""
    waiting = unlearned(data, bases.values())
    if not waiting:
        return
    bar, slow = st.progress(0.0), ": up to a minute" if len(data.events) > cache.AT_ONCE else ""
    for place, setting in enumerate(waiting):
        said = f"“{setting.label}” learns from {len(data.events):,} events of {data.label}, only the first time{slow}"
        bar.progress(place / len(waiting), plain(said))
        learn(data, setting)
    bar.empty()


def _lists(words: Wording, who: Asker, shown: Comparison) -> None:
    """Draw whom the lists are for, what their marks mean, and the lists."""
    st.markdown(f"**{plain(who.name)}**: {plain(who.known)}  \n:small[{_legend(shown)}]")
    if not who.query.events and not who.query.typed:
        st.page_link(links.LIVE, label="Nothing is known yet: click or type something on Live →")
    for place, column in zip(st.columns(len(shown.columns), gap="medium"), shown.columns, strict=True):
        with place.container(gap="xxsmall"):
            _list(words, shown, column)


def _legend(shown: Comparison) -> str:
    """Say what the marks of the lists mean, as Markdown."""
    parts = []
    if len(shown.listed) > 1:
        parts.append(f"{ONLY} only this list has it")
        parts.append(f"{_in_lists(2)} two lists have it, and so on")
    if any(column.moved for column in shown.columns):
        parts.append(f"▲ ▼ {NEW}: places since before you moved a slider")
    return " · ".join(parts)


def _in_lists(n: int) -> str:
    return f":gray-badge[×{n}]"


def _list(words: Wording, shown: Comparison, column: Column) -> None:
    """Draw one column: the name, its knobs, the list, and what there is to know about how it came about."""
    said = [*(column.ranked.receipt.fallbacks if column.ranked else ()), column.note]
    told = [f"⚠ {plain(sentence)}." for sentence in said if sentence]
    with st.container(height=HEAD[len(shown.columns)], border=False, gap="xxsmall"):
        _name(words.data, column, bool(told))
    _knobs(column)
    if column.ranked is None:
        st.warning(plain(column.problem))
        return
    width = MAX_TITLE[len(shown.columns)]
    lines = [_line(words, shown, column, item_id, width) for item_id in column.item_ids]
    with st.container(key=f"list-{column.setting.model}"):
        st.markdown("\n".join(lines) or "No item is left that this person does not know.")
    st.caption("  \n".join([*told, *_about(words, shown.query, column)]))


def _name(data: Dataset, column: Column, warned: bool) -> None:
    """Draw the name of a recommender, whether it is the one on Live, and what it does."""
    adjusted = " :small[· adjusted]" if column.setting.knobs else ""
    on_live = " :green-badge[on Live]" if column.setting == RANKER.read(data.name) else ""
    st.markdown(f"**{plain(column.label)}**{adjusted}{on_live}{' ⚠' if warned else ''}")
    st.caption(plain(MODELS[column.setting.model].line))


def _knobs(column: Column) -> None:
    """Draw the knobs of a recommender, folded away until they are turned."""
    spec = MODELS[column.setting.model]
    if not knobs.shown(spec):
        with st.container(height=FOLDED, border=False, vertical_alignment="center"):
            frame.hint("Nothing to adjust.")
        return
    key = f"adjust-{spec.name}"
    st.session_state.setdefault(key, bool(column.setting.knobs))  # ``expanded`` would fold it when they are reset
    box = st.expander("Adjust", key=key, on_change="rerun")
    if box.open:
        with box:
            knobs.form(spec, dict(column.setting.knobs), partial(knobs.keep, spec.name))


def _save(data: Dataset, shown: Comparison, k: int) -> None:
    """Draw what takes the lists along."""
    found = [
        save.Listed(column.setting.word, data, column.ranked.rows.tolist(), column.ranked.scores)
        for column in shown.columns
        if column.ranked is not None
    ]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        save.download("Save these lists", save.rows(found), "lists", "save-lists")
        if not data.private:
            models = [one.model for one in found]
            save.code("The same lists in Python", lambda: snippet.as_python(data, shown.query, models, k), "code-lists")


def _line(words: Wording, shown: Comparison, column: Column, item_id: str, width: int) -> str:
    """One item of a list: how many lists hold it, what it is, and how far it moved."""
    n_lists = shown.n_lists[item_id]
    mark = "" if len(shown.listed) < 2 else ONLY if n_lists == 1 else _in_lists(n_lists)
    badge = SAME if column.moved is None else column.moved.badge(item_id)
    moved = "" if badge == SAME else f":small[{badge}]"
    return f"1. {plain(words.short(item_id, width))} {mark} {moved}"


def _about(words: Wording, query: Query, column: Column) -> list[str]:
    """Lines under a list: why its first item is first, what the model could score and how fast."""
    ranked, reason = column.ranked, column.reason
    if ranked is None:
        return []
    total, n, ms = words.data.n_items, ranked.receipt.n_scored, ranked.receipt.ms["score"]
    scored = f"Scored all {total:,} items in {ms:.1f} ms."
    if n < total:
        scored = f"Scored {n:,} of {total:,} items in {ms:.1f} ms: it has nothing to say on the other {total - n:,}."
    return [f"First because {_because(words, query, reason)}." if reason else "Gives no reasons.", scored]


def _because(words: Wording, query: Query, part: Part) -> str:
    """Name what lifts an item, in the person's language."""
    if part.kind == "typed":
        return f"they typed “{plain(part.label, MAX_REASON)}”"
    if part.kind not in {kind.value for kind in Kind}:
        return plain(part.label, MAX_REASON)
    event = next((event for event in query.events if event.event_id == part.key), None)
    wrote = event is not None and event.text == part.label
    named = part.label if event is None or wrote else words.title(event.item_id) or part.label
    return f"they {DONE[Kind(part.kind)].removeprefix('You ')} “{plain(named, MAX_REASON)}”"


def _pipeline(words: Wording, column: Column) -> None:
    """Draw what each stage of a model left of the catalogue, and which source proposed what is shown."""
    if column.pipeline is None:
        return
    frame.section(
        f"How “{plain(column.label)}” gets to its list",
        "How many items each stage leaves, and how long it took.",
    )
    picture, items = st.columns([3, 2], gap="medium")
    with picture:
        steps = column.pipeline.steps
        frame.chart(pipeline_figure(steps), f"pipeline-{column.setting.model}", pipeline_alt(steps))
        took = column.ranked.receipt.ms["score"] if column.ranked else 0.0
        run = f"The stages were timed in one more run, with all texts at hand; the list itself took {took:.1f} ms."
        frame.hint(" ".join((*column.pipeline.lost, run)))
    pairs = zip(column.item_ids, column.pipeline.origins, strict=True)
    with items:
        frame.hint("Who proposed what is shown:")
        st.markdown(
            "\n".join(f"1. {plain(words.short(one, MAX_ONLY))} :small[· {plain(origin)}]" for one, origin in pairs)
        )


def _agreement(shown: Comparison) -> None:
    """Draw how far every two lists agree, as a picture and in words."""
    if len(shown.listed) < 2:
        if len(shown.columns) < 2:
            st.caption("Choose a second recommender above to see where two lists agree.")
        return
    frame.section("How far the lists agree", _AGREEMENT_HELP)
    labels, agreement, shared = [column.label for column in shown.listed], shown.agreement, shown.shared
    frame.chart(
        agreement_figure(labels, agreement, shared), "agreement", agreement_alt(labels, agreement, shared), width=640
    )


def _finds(words: Wording, shown: Comparison) -> None:
    """List per model the items that no other list has."""
    if len(shown.listed) < 2:
        return
    frame.section("What only one of them finds")
    for place, column in zip(st.columns(len(shown.listed), gap="medium"), shown.listed, strict=True):
        with place:
            found = shown.only_found_by(column)
            st.markdown(f"**{plain(column.label)}** · {len(found)} of {len(column.item_ids)}")
            st.caption("  \n".join(plain(words.short(one, MAX_ONLY)) for one in found) or "Nothing of its own.")
