"""What is taken along is what is shown: the table line by line, and Python that gives the same ids."""

from __future__ import annotations

import csv
import io
from contextlib import redirect_stdout

import pandas as pd
import pytest

from recsys.columns import Events
from recsys.data import Dataset
from recsys.live import query_from, recommend, snippet
from recsys.models import fit
from recsys.models.setting import Setting
from recsys.rerank.setting import ChainSetting
from recsys.types import Event, Kind, Query
from recsys.ui import save
from recsys.ui.wording import Wording
from tests.pages.test_compare_page import fine, open_page

K = 7
BROKEN = 'it\'s "broken"\n\\ $models {0} # 😀'


def printed(code: str) -> list[list[str]]:
    """The lines that pasted code prints, in words."""
    out = io.StringIO()
    with redirect_stdout(out):
        exec(code, {})
    return [line.split() for line in out.getvalue().splitlines()]


def asked(data: Dataset) -> Query:
    session = (
        Event("w1", Kind.WISH, 2e9, text=BROKEN),
        Event("r1", Kind.REVIEW, 2e9 + 1, data.item_ids[5], stars=1.5, text="soaked 雨", context={"device": "phone"}),
        Event("l1", Kind.LIKE, 2e9 + 2, data.item_ids[9], propensity=0.25, strength=2.0),
    )
    return query_from(data.personas[0].events, session, typed=BROKEN, context={"hour": "8", "device": "phone"})


@pytest.mark.slow
@pytest.mark.parametrize("words", [["switching"], ["ease:prior=0.5", "text_profile"]])
@pytest.mark.parametrize("chain", ["none", "context+novelty:strength=0.4+dpp:diversity=0.3"])
def test_pasted_python_prints_the_same_ids(shop, words, chain):
    query = asked(shop)
    lines = printed(snippet.as_python(shop, query, words, K, chain))
    for word in words:
        setting = Setting.parse(word)
        found = recommend(
            shop,
            fit(setting.model, shop, **dict(setting.knobs)),
            query,
            K,
            when_silent=fit("popularity", shop),
            rerank=ChainSetting.parse(chain).build(),
            interest=fit("interest", shop),
        )
        mine = [line for line in lines if line[0] == word]
        assert [line[2] for line in mine] == list(found.item_ids)
        assert [line[1] for line in mine] == [str(rank) for rank in range(1, K + 1)]


def test_who_is_new_has_python_too(shop):
    assert [line[2] for line in printed(snippet.as_python(shop, Query(), ["ease"], 3))] == list(
        recommend(shop, fit("popularity", shop), Query(), 3).item_ids
    )


def test_data_that_cannot_be_loaded_by_name_has_no_python(toy):
    assert snippet.as_python(toy, Query(), ["ease"], 3) == ""


def test_the_table_has_a_line_per_item_of_every_list(shop):
    query = query_from(shop.personas[0].events, ())
    lists = [recommend(shop, fit(name, shop), query, K) for name in ("ease", "popularity")]
    table = save.rows(
        [save.Listed(name, shop, one.rows.tolist(), one.scores) for name, one in zip("ab", lists, strict=True)]
    )
    read = list(csv.DictReader(io.StringIO(save.as_csv(table))))
    assert list(read[0]) == ["model", "rank", "item_id", "title", "score", "dataset", "link"]
    assert [line["item_id"] for line in read] == [item for one in lists for item in one.item_ids]
    assert [line["rank"] for line in read] == [str(rank) for rank in range(1, K + 1)] * 2
    assert [float(line["score"]) for line in read[:K]] == pytest.approx([float(one) for one in lists[0].scores])
    assert read[0]["title"] == shop.title(lists[0].item_ids[0])
    assert read[0]["dataset"] == "Shop"


def test_commas_quotes_and_line_ends_in_a_title_stay_in_their_cell():
    title = 'Mug, "big"\nblue'
    [line] = csv.DictReader(io.StringIO(save.as_csv([{"title": title, "rank": 1}])))
    assert line == {"title": title, "rank": "1"}
    assert save.as_csv([]) == ""


def test_compare_offers_its_lists_as_a_table_and_as_python():
    app = fine(open_page(compare=["EASE", "Popular"]))
    assert [one.label for one in app.get("download_button")] == ["Save these lists"]
    app.session_state["code-lists"] = True
    app.run()
    assert "for word in ['ease', 'popularity']:" in app.code[0].value


def test_a_chinese_character_takes_the_width_of_two_letters():
    table = pd.DataFrame({"item_id": ["a", "b"], "title": ["雨靴和雨衣很合适", "Rain boots and coat"]})
    events = pd.DataFrame({str(name): [] for name in Events})
    words = Wording(Dataset.from_tables("widths", table, events))
    assert words.short("a", 10) == "雨靴和雨…"
    assert words.short("b", 10) == "Rain boot…"
    assert words.short("a", 16) == words.title("a")
    assert words.short("b", 100) == words.title("b")
