"""Which strategies re-rank the Live page's list: the house's, none, or those adopted from the Re-rank page."""

from __future__ import annotations

from recsys.rerank.setting import ChainSetting
from recsys.scenarios import scenario_of
from recsys.ui.links import Linked


def _parsed(word: str) -> ChainSetting:
    setting = ChainSetting.parse(word)
    setting.build()  # refuses knobs that are out of range
    return setting


CHAIN = Linked(
    "chain",
    _parsed,
    lambda setting: setting.word,
    ChainSetting(),
    "The re-ranking in this link cannot be used",
    lambda data_name: scenario_of(data_name).chain,
)
"""Rules written for one dataset fit no other; the usual ones are the policy of the house, where it is in force."""
