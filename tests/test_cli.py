"""``python -m recsys``: what it prints and how it ends."""

import os
import subprocess
import sys

import pytest

from recsys import settings as environment
from recsys.cli import COMMANDS, main
from recsys.commands.data import columns
from recsys.data import catalogue

REVIEWS = (
    "用户,商品,评论,评分\n甲,茶壶,很好用，倒水不漏，保温也不错,5\n乙,茶壶,盖子一周就坏了,2\n甲,杯子,很大，很暖,4\n"
)


@pytest.fixture(autouse=True)
def _only_samples(monkeypatch):
    monkeypatch.delenv("RECSYS_DATASETS", raising=False)
    environment.settings.cache_clear()
    yield
    environment.settings.cache_clear()


def test_list_names_every_dataset(capsys):
    assert main(["data", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [ref.name for ref in catalogue.available()]


def test_list_says_when_there_is_none(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    assert main(["data", "list"]) == 0
    assert "no dataset is installed" in capsys.readouterr().out


def test_describe_tells_counts_dates_defects_people_and_version(capsys):
    data = catalogue.load("shop")
    assert main(["data", "describe", "shop"]) == 0
    out = capsys.readouterr().out
    first, last = data.quality.dates()
    assert f"{data.n_items:,} items, {data.quality.n_users:,} users" in out
    assert f"{first} to {last}" in out
    assert data.version in out
    assert data.source in out
    assert all(what in out for what, _, _ in data.quality.rows())
    assert all(f"persona {persona.name}: " in out for persona in data.personas)


def test_describe_of_an_unknown_name_ends_with_one_sentence(capsys):
    assert main(["data", "describe", "nope"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "recsys: there is no dataset 'nope'; choose from shop, video, news, music, social, courses\n"


def test_check_shows_the_guess_the_notes_and_the_counts(capsys, tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, encoding="gb18030")
    assert main(["data", "check", str(path)]) == 0
    out = capsys.readouterr().out
    assert "columns of reviews.csv, as understood:" in out
    assert "user_id  用户" in out
    assert "note: no time column: the order of the rows is used as time" in out
    assert "2 items, 2 users, 3 events" in out
    assert "events by kind: review 3" in out


def test_check_reads_a_second_file_of_events(capsys, tmp_path):
    (tmp_path / "items.csv").write_text("id,title\n1,Tea\n2,Mug\n", encoding="utf-8")
    (tmp_path / "log.csv").write_text("user,item,kind\nann,1,click\nann,9,click\n", encoding="utf-8")
    assert main(["data", "check", str(tmp_path / "items.csv"), "--events", str(tmp_path / "log.csv")]) == 0
    out = capsys.readouterr().out
    assert "columns of log.csv" in out
    assert "2 items, 1 users, 1 events" in out
    assert any(line.split()[:5] == ["1", "events", "of", "unknown", "items"] for line in out.splitlines())


def test_check_reads_folders(capsys, tmp_path):
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n1,Heat (1995),Crime\n", encoding="utf-8")
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,4.5,1\n", encoding="utf-8")
    assert main(["data", "check", str(tmp_path)]) == 0
    assert "1 items, 1 users, 1 events, 1970-01-01 to 1970-01-01" in capsys.readouterr().out
    assert main(["data", "check", str(environment.ROOT / "sample_data" / "video")]) == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.csv", None, "there is no file"),
        ("empty.csv", b"", "empty.csv is empty"),
        ("picture.csv", b"\x89PNG" + bytes(9), "picture.csv is a picture"),
        ("thin.csv", b"title\nTea\n", "thin.csv has only one column"),
        ("strange.csv", b"a,b\nq,r\n", "no column of the uploaded table names the items"),
    ],
)
def test_check_refuses_in_one_sentence(capsys, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["data", "check", str(tmp_path / name)]) == 1
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_check_refuses_an_unknown_folder(capsys, tmp_path):
    assert main(["data", "check", str(tmp_path)]) == 1
    assert "is neither a MovieLens folder nor a folder with items.csv and events.csv" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["data"], ["data", "check"], ["data", "fly"]])
def test_wrong_arguments_end_with_2(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_warm_tells_its_steps(monkeypatch, capsys):
    import recsys.evaluate.shelf
    import recsys.warm

    monkeypatch.setattr(recsys.warm, "warm", lambda say: say("ready"))
    monkeypatch.setattr(recsys.evaluate.shelf, "fill", lambda _shelf, say: say("measured"))
    assert main(["warm"]) == 0
    assert capsys.readouterr().out == "ready\nmeasured\n"


def test_every_command_has_help(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    assert all(command.__name__.rpartition(".")[2] in out for command in COMMANDS)


def test_columns_are_aligned_and_empty_for_none():
    assert columns([("a", 1, "x"), ("bbb", 22, "")]) == ["a    1   x", "bbb  22"]
    assert columns([("中", "x"), ("abc", "y")]) == ["中   x", "abc  y"]
    assert columns([]) == []


def test_the_module_runs_and_a_closed_pipe_is_no_crash():
    command = [sys.executable, "-m", "recsys", "data", "describe", "shop"]
    whole = subprocess.run(command, capture_output=True, text=True, cwd=environment.ROOT, env=dict(os.environ))
    assert whole.returncode == 0, whole.stderr
    assert "items" in whole.stdout
