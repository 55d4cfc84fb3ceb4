"""The house's policy on the Live page: what the house is after, its rules with their reasons, and whether they hold."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset
from recsys.rerank import RERANKERS
from recsys.rerank.setting import ChainSetting
from recsys.scenarios import Scenario, scenario_of
from recsys.ui import frame
from recsys.ui.chain import CHAIN
from recsys.ui.frame import plain
from recsys.ui.live_words import counted
from recsys.ui.proof import use_anyway


def house_policy(data: Dataset, in_force: ChainSetting) -> None:
    """Draw one word that opens the policy of the house, with the way to end it or to put it in force."""
    house = scenario_of(data.name)
    if not house.policy.steps:
        return
    holds = in_force == house.policy
    label = f"House policy: {counted(len(house.rules), 'rule') if holds else 'off'}"
    key = f"house-policy-{data.name}-{holds}"  # a new key closes it
    with st.popover(label, type="tertiary", on_change="rerun", key=key) as box:
        if not box.open:
            return
        _rules(house)
        label, key, then = "Take it off", "no-chain", ChainSetting()
        if not holds:
            label, key, then = "Put it in force", "house-chain", house.policy
        st.button(label, key=key, on_click=CHAIN.keep, args=(then, data.name))


def re_ranked(data: Dataset, in_force: ChainSetting, left_out: str) -> None:
    """Say what re-ranks the list besides the house, with the way to end that; what was ``left_out`` of it and why."""
    house = scenario_of(data.name)
    if house.trouble:
        st.caption(plain(house.trouble))
    if left_out:
        st.caption(plain(left_out))
        st.button("Use it all the same", key="model-anyway", type="tertiary", on_click=use_anyway)
    if in_force.steps and in_force != house.policy:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="re-ranked"):
            st.markdown(f":small[Re-ranked: {plain(in_force.label)}]", width="content")
            ending = (ChainSetting(), data.name)
            st.button("Take it off", key="no-chain", type="tertiary", on_click=CHAIN.keep, args=ending)


def _rules(house: Scenario) -> None:
    if house.goal:
        st.markdown(f"**{plain(house.goal)}**")
    lines = (f"- {plain(rule.why)} :small[:gray[{RERANKERS[rule.strategy].label}]]" for rule in house.rules)
    st.markdown("\n".join(lines))
    frame.hint("These re-rank the best 100 by the recommender, one after the other. The Re-rank page shows each move.")
