"""The router: page settings, the list of pages, and what must hold before any of them runs."""

from __future__ import annotations

import streamlit as st

from recsys.settings import ROOT
from recsys.ui import links
from recsys.ui.frame import friendly_errors

PAGES = ROOT / "pages"

st.set_page_config(page_title="Recsys Live", page_icon=str(ROOT / "docs" / "favicon.png"), layout="wide")

st.logo(ROOT / "docs" / "logo.png", size="large", link=None)
page = st.navigation(
    [
        st.Page(PAGES / "live.py", title="Live", default=True, help="Type or click, and watch the list follow."),
        st.Page(PAGES / "rerank.py", title="Re-rank", help="What strategies make of the recommender's order."),
        st.Page(PAGES / "compare.py", title="Compare", help="Up to four recommenders side by side for one person."),
        st.Page(PAGES / "portrait.py", title="Portrait", help="What your steps say of you, and how to put it right."),
        st.Page(PAGES / "words.py", title="Words", help="Texts about items and lists, each claim with its source."),
        st.Page(PAGES / "similarity.py", title="Similarity", help="What is close to what, and to you."),
        st.Page(PAGES / "metrics.py", title="Metrics", help="How good each recommender is, with intervals."),
        st.Page(PAGES / "train.py", title="Train", help="Tune, fine-tune, augment and fuse: what is each worth?"),
        st.Page(PAGES / "compress.py", title="Compress", help="Smaller and faster models, and what is lost."),
        st.Page(
            PAGES / "audience.py", title="Audience", help="Who the users are and what they do, and how sure that is."
        ),
        st.Page(PAGES / "data.py", title="Data", help="Browse the data, check its quality, bring your own."),
        st.Page(PAGES / "method.py", title="Method", help="How it works, with examples that compute live."),
    ],
    position="top",
)
links.reopen()
links.turn_to(page.url_path)
with friendly_errors():
    page.run()
