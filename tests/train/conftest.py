"""What tests of trainings share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from recsys.text import made, reader
from recsys.text.made import Made
from tests.train import tiny_bert


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A tiny encoder on the shelf under the name "tiny"; the shelf is empty again afterwards."""
    one = tiny_bert.keep(tmp_path_factory.mktemp("tiny") / "files")
    reader().loaded(one.name)
    yield one
    for one in made.all_made():
        made.discard(one.name)
        reader().renewed(one.name)
