"""Drawing of the Method page: the ideas, the formulas, and the choice of a worked example."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st

from recsys.explain.example_texts import Lang
from recsys.ui import frame
from recsys.ui.choices import linked
from recsys.ui.method_cards import CARDS
from recsys.ui.method_text import ARTICLES, CHANGES, EXAMPLES, FORMULAS, GROUPS, IDEAS, MORE


class Key(StrEnum):
    """Controls of this page in the URL."""

    LANG = "lang"
    EXAMPLE = "example"
    ABOUT = "about"


_LANGUAGES = {Lang.EN: "English", Lang.ZH: "中文"}


def ideas() -> None:
    """Say which articles, and draw their five ideas."""
    frame.section("What the articles propose")
    st.caption(ARTICLES)
    with st.grid(len(IDEAS), min_column_width=200):
        for number, idea in enumerate(IDEAS, start=1):
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{number}. {idea.name}**")
                st.caption(idea.sentence)


def differences() -> None:
    """Draw the table of what is done otherwise, and why."""
    frame.section("What is different here")
    st.table(
        {
            "In the articles": [change.articles for change in CHANGES],
            "Here": [change.here for change in CHANGES],
            "Why": [change.why for change in CHANGES],
        },
        border="horizontal",
        hide_header=False,
        hide_index=True,
        alt="What the articles do, what this app does instead, and why",
    )


@frame.part("formulas")
def formulas() -> None:
    """Draw the formulas of one subject, each with one sentence and its letters."""
    frame.section("The formulas")
    st.caption(MORE)
    group = st.pills(
        "Formulas about",
        GROUPS,
        default=GROUPS[0],
        required=True,
        key=Key.ABOUT,
        bind="query-params",
        label_visibility="collapsed",
    )
    with st.grid(2, min_column_width=420):
        for formula in FORMULAS:
            if formula.group == (group if group in GROUPS else GROUPS[0]):
                with st.container(border=True, height="stretch"):
                    st.markdown(f"**{formula.name}**")
                    st.markdown(f"$$\n{formula.lines}\n$$")
                    st.markdown(formula.sentence)
                    st.caption(formula.symbols)


@frame.part("examples")
def examples() -> None:
    """Draw the choice of an example and its language, then that example alone; reruns by itself."""
    frame.section("Worked examples")
    st.caption("Invented texts. Every number is computed when you open the example and again when you change it.")
    with st.container(horizontal=True, gap="large", vertical_alignment="bottom"):
        chosen = st.pills(
            "Example",
            list(EXAMPLES),
            format_func=lambda name: EXAMPLES.get(name, name),
            default=next(iter(EXAMPLES)),
            required=True,
            key=Key.EXAMPLE,
            bind="query-params",
        )
        lang = linked("Language", _LANGUAGES, Key.LANG, "language", help="Language of the examples.")
    name = chosen if chosen in CARDS else next(iter(CARDS))
    with st.container(border=True):
        CARDS[name](lang)
