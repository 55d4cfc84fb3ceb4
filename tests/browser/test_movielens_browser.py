"""The main job on real data: 3,378 films with their plots, 610 people."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from recsys.columns import Evaluation
from recsys.data import catalogue
from recsys.evaluate import Experiment, run
from recsys.models import MODELS
from tests.browser.conftest import Server, settle
from tests.browser.live_page import cards, main_text, press, type_words

FOLDER = Path(os.environ.get("RECSYS_DATASETS") or "/nonexistent")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.data,
    pytest.mark.skipif(
        not (FOLDER / "ml-latest-small").is_dir(),
        reason="PUBLIC DATA ABSENT: set RECSYS_DATASETS to a folder that holds ml-latest-small",
    ),
]
ADDRESS = "?data=MovieLens+latest-small"


@pytest.fixture(scope="module")
def movies_url(start_server: Callable[..., Server]) -> str:
    return start_server().url


def open_movies(page: Page, url: str, path: str = "") -> None:
    """Open a page on MovieLens; the very first time on a machine its films are read, which takes a while."""
    page.goto(f"{url}/{path}{ADDRESS}")
    page.locator("[data-testid='stMain'] h1").first.wait_for(timeout=30_000)
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(
        state="attached", timeout=300_000
    )
    settle(page)


def test_a_wish_finds_heist_films_and_two_likes_move_the_list(movies_url: str, browser_page: Page) -> None:
    open_movies(browser_page, movies_url)
    assert "3,378" in main_text(browser_page)
    start = cards(browser_page)
    assert len(start) == 10
    type_words(browser_page, "a heist in a casino with a charming crew")
    typed = cards(browser_page)
    assert typed != start
    assert "Ocean's" in main_text(browser_page)
    press(browser_page, "like", typed[0])
    once = cards(browser_page)
    assert typed[0] not in once
    press(browser_page, "like", once[1])
    twice = cards(browser_page)
    assert twice not in (typed, once)
    assert "2 steps of yours kept where this app runs" in main_text(browser_page)


def test_similarity_and_data_pages_work_on_it(movies_url: str, browser_page: Page) -> None:
    for path in ("similarity", "data"):
        open_movies(browser_page, movies_url, path)
        assert browser_page.locator("[data-testid='stException']").count() == 0
        assert browser_page.locator("[data-testid='stAlertContentError']").count() == 0


def test_metrics_page_shows_the_numbers_of_the_command_line(
    movies_url: str, new_context: Callable[..., BrowserContext]
) -> None:
    data = catalogue.load("movielens-latest-small")
    result = run(data, Experiment(data.name, "global_time", 10, ("text_mean", "text_profile")))
    ndcg = result.table[result.table[Evaluation.METRIC] == "ndcg"]
    page = new_context(viewport={"width": 1280, "height": 3000}).new_page()
    open_movies(page, movies_url, "metrics")
    page.locator("[data-testid='stPlotlyChart'] svg").first.wait_for(timeout=120_000)
    page.wait_for_timeout(2000)
    drawn = page.locator("[data-testid='stMain']").inner_text() + " ".join(
        page.locator("[data-testid='stPlotlyChart'] svg text").all_text_contents()
    )
    for model, value in zip(ndcg[Evaluation.MODEL], ndcg[Evaluation.VALUE], strict=True):
        if model in ("popularity", "text_mean"):
            assert f"{MODELS[model].label} {value:.3f}" in " ".join(drawn.split())
