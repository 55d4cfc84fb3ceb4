"""The Words page as a script: sources, what is struck out, both writers, the receipts, and what is never sent."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.harness.fault_server import FaultServer, answers, drips, hangs, refuses, says
from recsys.columns import Events
from recsys.data import Dataset, catalogue
from recsys.data.people import NEW_HERE
from recsys.settings import ROOT, settings
from recsys.ui import words_controls, words_model
from recsys.ui.controls import OWN
from recsys.ui.state import Key
from recsys.ui.uploads import uploads
from recsys.ui.words_controls import View
from recsys.words.evidence import evidence_of
from recsys.words.messages import prompt

KEY = "sk-recognisable-0123456789"
TIMEOUT_S = 1.5
MODEL = "tiny-writer"
WRITING = [view for view in View if view != View.SEARCH]
INVENTED = "It weighs 4711 grams and was made in Norway."


def mixed(document: dict) -> str:
    """Two sentences that stand and one that is invented."""
    told = [one for one in document["evidence"] if one["source"] != "record"] or document["evidence"]
    claims = [{"text": one["text"], "cites": [one["id"]]} for one in told[:2]]
    return json.dumps({"sentences": [*claims, {"text": INVENTED, "cites": [told[0]["id"]]}]})


@pytest.fixture
def service(monkeypatch, tmp_path) -> Iterator[FaultServer]:
    """A language model on this machine that mixes truth and invention, and answers kept in a folder of the test."""
    one = FaultServer()
    one.otherwise = answers(mixed)
    real = settings().cache_dir
    for entry in real.iterdir() if real.exists() else ():
        (tmp_path / entry.name).symlink_to(entry) if entry.name != "answers" else None
    set_service(monkeypatch, one.url)
    monkeypatch.setenv("RECSYS_CACHE_DIR", str(tmp_path))
    settings.cache_clear()
    yield one
    one.close()
    monkeypatch.undo()
    settings.cache_clear()


def set_service(monkeypatch, url: str) -> None:
    told = {"BASE_URL": url, "MODEL": MODEL, "KEY": KEY, "TIMEOUT": str(TIMEOUT_S), "PRICE": "100,200"}
    for name, value in told.items():
        monkeypatch.setenv(f"RECSYS_LLM_{name}", value)
    settings.cache_clear()


def open_page(view: View = View.ITEM, **state: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60).run()
    for key, value in {"view": view, **state}.items():
        app.session_state[key] = value
    return fine(app.switch_page("../../pages/words.py").run())


def open_own(own: Dataset, view: View = View.ITEM) -> AppTest:
    app = open_page(view, **{Key.UPLOAD: uploads().add(own)})
    app.button_group(key="data").set_value(OWN).run()
    return fine(app)


def fine(app: AppTest) -> AppTest:
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == ["Words"]
    return app


def drawn(app: AppTest) -> str:
    """All that is written on the page, without the signs that protect it."""
    parts = [*app.markdown, *app.caption, *app.warning, *app.code]
    return "\n".join(str(one.value) for one in parts).replace("\\", "")


def everything(app: AppTest) -> str:
    """All that reaches the browser, in every part of every message."""
    return "\n".join(str(node.proto) for node in app._tree if getattr(node, "proto", None) is not None)


def remembered(app: AppTest) -> dict[str, object]:
    """What the session keeps."""
    return dict(app.session_state._state.filtered_state)


def write_by_model(app: AppTest) -> AppTest:
    next(one for one in app.button_group if one.label == "Written by").set_value("endpoint").run()
    return fine(app)


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def titles_only() -> Dataset:
    items = pd.DataFrame({"item_id": ["1", "2", "3"], "title": ["Green tea", "Black mug", "Old kettle"]})
    events = pd.DataFrame(columns=list(map(str, Events)))
    return replace(Dataset.from_tables("secret-titles", items, events, label="Yours: tea"), private=True)


def test_it_opens_on_an_item_described_with_its_sources_and_a_receipt(shop):
    row = words_controls.talked_about(shop, 1)[0]
    text = drawn(open_page())

    assert shop.title(shop.item_ids[row]) in text
    quoted = words_model.quoted(words_model.job(shop, row, "en"))
    assert len(quoted.claims) == 3
    for claim in quoted.claims:
        assert f"{claim.text} :blue-badge[{claim.cites[0]}]" in text
    assert re.search(r"Quoted word by word · (\d+|under 1) ms · nothing sent", text)
    assert "No language model is set" in text


def test_the_item_most_written_about_is_shown_first(shop):
    first = words_controls.talked_about(shop, 1)[0]
    assert len(shop.reviews(first)) == max(len(shop.reviews(row)) for row in range(shop.n_items))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["shop", "video"])
@pytest.mark.parametrize("view", WRITING)
def test_every_view_stands_in_every_sample_with_and_without_a_language_model(name, view, service, monkeypatch):
    text = drawn(open_page(view, data=name))
    assert len(text) > 200
    monkeypatch.delenv("RECSYS_LLM_MODEL")
    settings.cache_clear()
    assert "No language model is set" in drawn(open_page(view, data=name))


def test_a_link_opens_its_item_and_a_wrong_one_says_so(shop):
    def linked(item_id: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
        app.query_params["item-shop"] = item_id
        return fine(app.switch_page("../../pages/words.py").run())

    assert f"**{shop.title('s017')}**" in drawn(linked("s017"))
    wrong = drawn(linked("nonsense"))
    assert "“nonsense” is not an item of Shop" in wrong
    assert shop.title(shop.item_ids[words_controls.talked_about(shop, 1)[0]]) in wrong


def test_choosing_an_item_describes_that_one(shop):
    app = open_page()
    next(one for one in app.selectbox if one.label == "Item").set_value("s040").run()
    assert f"**{shop.title('s040')}**" in drawn(fine(app))
    texts = {one.text for one in evidence_of(shop, shop.row("s040"), "en")}
    claims = words_model.quoted(words_model.job(shop, shop.row("s040"), "en")).claims
    assert claims
    assert all(claim.text in texts and claim.text in drawn(app) for claim in claims)


def test_chinese_is_described_in_chinese(shop):
    app = open_page(lang="zh")
    row = words_controls.talked_about(shop, 1)[0]
    assert shop.field(row, "title_zh") in drawn(app)
    assert all(
        re.search("[一-鿿]", claim.text) for claim in words_model.quoted(words_model.job(shop, row, "zh")).claims
    )


def test_what_a_language_model_invents_is_struck_out_with_the_reason_and_the_rest_stands(service):
    app = write_by_model(open_page())
    text = drawn(app)

    assert f"~~{INVENTED}~~" in text
    assert "Struck out." in text
    assert "4711" in text.split("Struck out.")[1].split("\n")[0]
    assert re.search(rf"Written by {MODEL} · .* · 150 tokens", text)
    assert "Quoted instead" not in everything(app)


def test_side_by_side_shows_both_with_a_receipt_each(service):
    text = drawn(open_page(View.BOTH))
    assert re.search(r"Quoted word by word · .* · nothing sent", text)
    assert re.search(rf"Written by {MODEL} · .* · 150 tokens", text)
    assert "nothing sent" in text.split("Quoted word by word")[1].split("\n")[0]


def test_the_second_visitor_gets_the_kept_answer_and_nothing_is_sent(service):
    write_by_model(open_page())
    n = len(service.requests)
    assert n == 1
    assert f"Written by {MODEL}" in (text := drawn(write_by_model(open_page())))
    assert "kept from before, nothing sent" in text
    assert len(service.requests) == n


def test_nothing_is_sent_before_somebody_chooses_the_language_model(service):
    for view in (View.ITEM, View.PROMPT, View.LIST, View.BATCH):
        open_page(view)
    assert service.requests == []


def test_the_preview_is_exactly_what_is_sent_afterwards(service):
    app = open_page(View.PROMPT)
    shown = [one.value for one in app.code]
    row = words_controls.talked_about(catalogue.load("shop"), 1)[0]
    assert shown == [one["content"] for one in prompt(words_model.job(catalogue.load("shop"), row, "en"))]
    assert re.search(r"About [\d,]+ tokens", drawn(app))

    write_by_model(open_page())
    assert [one["content"] for one in service.requests[-1]["messages"]] == shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (hangs(), "within 1.5 seconds"),
        (drips(), "."),
        (refuses(401), "."),
        (says(b"<html>no</html>"), "."),
        (answers('{"sentences": [{"text": "The mo'), "."),
        (answers(json.dumps({"sentences": [{"text": "Nice.", "cites": ["z9"]}]})), "."),
    ],
    ids=["hangs", "drips", "refuses", "html", "truncated", "wrong ids"],
)
def test_with_a_bad_service_the_page_quotes_in_time_and_says_why(act, reason, service):
    service.otherwise = act
    app = open_page()
    seconds = timed(lambda: write_by_model(app))

    assert seconds < TIMEOUT_S + 0.5
    text = drawn(app)
    assert re.search(r"Quoted word by word · ", text)
    assert [one.value for one in app.warning], "it says why"
    assert reason in app.warning[0].value.replace("\\", "")
    assert ":blue-badge[d1]" in text
    assert KEY not in everything(app)
    assert "server secret" not in everything(app)


def test_with_no_service_at_all_the_page_quotes_in_time_and_one_click_asks_again(service):
    service.otherwise = refuses(500)
    app = write_by_model(open_page())
    assert app.warning
    n = len(service.requests)
    app.run()
    assert len(service.requests) == n, "a rerun alone asks nobody again"

    service.otherwise = answers(mixed)
    app.button(key="ask-again").click().run()
    assert f"Written by {MODEL}" in drawn(fine(app))
    assert not app.warning


def test_the_key_is_in_nothing_that_reaches_the_browser(service):
    for view in View:
        app = open_page(view)
        if any(one.label == "Written by" for one in app.button_group):
            write_by_model(app)
        assert len(everything(app)) > 1000
        assert KEY not in everything(app), view
        assert KEY not in str(remembered(app)), view
    assert service.keys
    assert all(KEY in one for one in service.keys), "it is used all the same"


def test_ones_own_titles_are_never_sent_elsewhere_and_the_page_says_so(monkeypatch, service):
    set_service(monkeypatch, "https://language.example/v1")
    own = titles_only()
    for view in WRITING:
        app = open_own(own, view)
        assert "Your own data are not sent to a language model elsewhere" in drawn(app), view
        assert not [one for one in app.button_group if one.label == "Written by"], view
    assert service.requests == []


def test_titles_alone_are_described_by_what_there_is():
    app = open_own(titles_only())
    text = drawn(app)
    assert "Green tea" in text
    assert "Nothing but this title is known" in text
    assert "Nobody has written anything" in text


def test_what_was_written_about_ones_own_data_goes_with_them(monkeypatch, service):
    own = titles_only()
    app = open_own(own, View.BATCH)
    app.button(key="start").click().run()
    kept = next(dict(value) for name, value in own.memo.items() if str(name).startswith("_words"))
    mine = next(dict(value) for name, value in remembered(app).items() if str(name).startswith("_words"))
    assert {key[0] for key in kept} == {own.version}
    assert own.version not in {key[0] for key in mine}


def finish(app: AppTest) -> AppTest:
    deadline = time.monotonic() + 20
    while not [one for one in app.button if one.key in ("start",)] and not app.get("download_button"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        app.run()
    return fine(app)


def test_a_batch_is_written_shown_and_taken_along_and_a_longer_one_writes_only_the_rest(shop):
    app = open_page(View.BATCH, n=10)
    assert "10 descriptions to write, quoted on this computer: nothing is sent" in drawn(app)
    assert app.button(key="start").label == "Write 10 descriptions"
    assert not app.get("download_button")
    app.button(key="start").click().run()
    table = finish(app).dataframe[0].value

    rows = words_controls.talked_about(shop, 10)
    assert list(table["item_id"]) == [shop.item_ids[row] for row in rows]
    assert list(table["text"]) == [words_model.quoted(words_model.job(shop, row, "en")).text for row in rows]
    assert set(table["written_by"]) == {"quoted"}
    assert app.get("download_button")[0].proto.label == "Save 10 descriptions"

    next(one for one in app.selectbox if one.label == "How many items").set_value(25).run()
    assert app.button(key="start").label == "Resume: 15 left"


@pytest.mark.slow
def test_a_batch_by_the_language_model_says_what_it_will_cost_pauses_and_resumes(service):
    service.otherwise = answers(mixed, pause=0.0)
    slow = service.otherwise

    def waits(handler, body):
        time.sleep(0.15)
        slow(handler, body)

    service.otherwise = waits
    app = write_by_model(open_page(View.BATCH, n=10))
    assert re.search(r"10 descriptions to write: about [\d,]+ tokens, about \$\d+\.\d\d\.", drawn(app))
    app.button(key="start").click().run()
    app.button(key="pause").click().run()
    n = len(service.requests)
    time.sleep(0.5)
    app.run()
    assert len(service.requests) <= n + 1, "at most the one being written when it was paused"
    assert 0 < len(service.requests) < 10

    app.button(key="start").click().run()
    table = finish(app).dataframe[0].value
    assert set(table["written_by"]) == {"language model"}
    assert len(service.requests) == 10
    assert set(table["struck"]) == {1}


def test_a_batch_leaves_a_dead_service_alone_and_says_so(service):
    service.otherwise = refuses(401)
    app = write_by_model(open_page(View.BATCH, n=10))
    app.button(key="start").click().run()
    finish(app)
    assert len(service.requests) < 10
    assert any(one.value.startswith("Paused at 0 of 10") for one in app.warning)


def test_two_visitors_have_a_batch_each():
    one, other = open_page(View.BATCH, n=10), open_page(View.BATCH, n=10)
    one.button(key="start").click().run()
    finish(one)
    assert other.run().button(key="start").label == "Write 10 descriptions"


def test_why_these_ten_names_what_they_share_and_what_the_person_did():
    text = drawn(open_page(View.LIST))
    assert "They share" in text
    assert "They rest on this" in text
    assert re.search(r"Filled in from the facts · .* · nothing sent", text)
    assert len(re.findall(r":gray-badge\[i\d+\]", text)) == 10


def test_what_generated_text_does_for_search_is_measured_when_asked_for_only():
    app = open_page(View.SEARCH)
    assert "Do their later likes stand higher?" in drawn(app)
    assert app.button(key="measure-Enrichment").label.startswith("Measure this")
    assert not app.dataframe


def test_somebody_new_gets_reasons_or_a_sentence_too():
    text = drawn(open_page(View.LIST, **{"person-shop": NEW_HERE}))
    assert "Why these" in text


def test_a_search_with_what_people_say_beside_one_without():
    app = open_page(View.SEARCH)
    app.text_input(key="words-query").set_value("quiet mornings").run()
    without = numbered(app)
    assert len(without) == 10
    app.toggle(key="words-said").set_value(True).run(timeout=120)
    both = numbered(app)
    assert both[:10] == without
    assert len(both) == 20
    assert [re.sub(r" ?:\w+-badge\[.*?\]", "", line).strip() for line in both[10:]] != without


def numbered(app: AppTest) -> list[str]:
    assert not app.exception
    lists = [one.value.split("\n") for one in app.markdown if re.match(r"1\. ", one.value)]
    return [re.sub(r"^\d+\. ", "", line).strip() for lines in lists for line in lines]
