"""Real reviews to type: one after the other, none twice before all were shown, and silence where there are none."""

from __future__ import annotations

import pytest

from recsys.data import real_reviews
from recsys.data.real_reviews import FILE, real_review, there
from recsys.settings import settings

SOME = [f"第{n}条：这双鞋下雨天走路不打滑，很满意。" for n in range(40)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RECSYS_DATASETS", str(tmp_path))
    settings.cache_clear()
    real_reviews._texts.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()
    real_reviews._texts.cache_clear()


def write(folder, lines):
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_text("cat,label,review\n" + "\n".join(lines) + "\n", encoding="utf-8")


def test_every_review_of_the_right_length_comes_once(folder):
    write(folder, [*(f"鞋,1,{text}" for text in SOME), "鞋,0,短", "鞋,0,", f"书,1,{'长' * 80}"])
    assert there()
    assert {real_review(number) for number in range(40)} == set(SOME)
    assert real_review(40) == real_review(0)


def test_without_the_set_or_with_another_file_there_is_nothing_to_type(folder):
    assert not there()
    assert real_review(0) == ""
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_text("other\n1\n", encoding="utf-8")
    assert real_review(0) == ""
