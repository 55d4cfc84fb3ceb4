"""What becomes of a visitor's files: tables, a plan of their columns, a dataset of this session. In memory only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from recsys.data import Dataset, catalogue
from recsys.data.loaders import csv
from recsys.live import new_id
from recsys.ui import upload_template
from recsys.ui.controls import OWN, choose_data
from recsys.ui.state import Key
from recsys.ui.uploads import MINE, uploads

MAX_LABEL = 24
NAME = "own-name"
"""Session key of the box that names the data."""
CAME_FROM = "_came-from"
"""Session key of the data shown before one's own."""
ROUND = "_upload-round"
"""Session key of a number in the uploaders' keys: a new number is a pair of empty uploaders."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the two uploaders."""

    name: str
    label: str
    help: str

    @property
    def key(self) -> str:
        """Key of the uploader; changes when the uploaders are emptied."""
        return f"upload-{self.name}-{st.session_state.get(ROUND, 0)}"

    @property
    def file(self) -> UploadedFile | None:
        """The file in the uploader now."""
        return st.session_state.get(self.key)


THINGS = Slot("items", "Items (CSV)", "One row per item: a title, and what there is to say about it.")
ACTS = Slot("events", "Events or reviews (CSV)", "One row per thing somebody did: who, which item, stars or words.")
SLOTS = (THINGS, ACTS)

Roles = tuple[tuple[str, str], ...]
"""(role, column) pairs of one table."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which uploaded files make the dataset, and what their columns mean."""

    file_ids: tuple[str, ...]
    names: tuple[str, ...]
    roles: tuple[Roles, ...]

    @property
    def called(self) -> str:
        """What the data are called unless the visitor names them: after the first file."""
        return _harmless(PurePath(self.names[0]).stem)

    @property
    def label(self) -> str:
        """Name on the pages."""
        return _label(self.called)


def _harmless(name: str) -> str:
    """Letters and digits only, as labels are Markdown."""
    return re.sub(r"[\W_]+", " ", name).strip()[:MAX_LABEL].strip()


def _label(name: str) -> str:
    return f"{MINE}: {_harmless(name)}" if _harmless(name) else MINE


# Kept for the session only, and never on disk: a visitor's own data must not outlive it.
@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def parsed(file_id: str, _file: UploadedFile) -> pd.DataFrame:
    """Return the table in an uploaded file; DataError says why there is none."""
    return csv.read(_file.getvalue(), _file.name)


def draft(plan: Plan) -> tuple[Dataset, list[str]]:
    """Return what ``build`` makes of the files in the uploaders; made once per plan."""
    return _draft(plan.file_ids, plan.roles, plan)


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _draft(file_ids: tuple[str, ...], roles: tuple[Roles, ...], _plan: Plan) -> tuple[Dataset, list[str]]:
    return build(_plan, [parsed(file.file_id, file) for file in _files()])


def _files() -> list[UploadedFile]:
    return [slot.file for slot in SLOTS if slot.file is not None]


def build(plan: Plan, tables: Sequence[pd.DataFrame]) -> tuple[Dataset, list[str]]:
    """Return the dataset that ``plan`` makes of ``tables`` under a secret name, and notes on what was assumed.

    DataError says what is in the way.
    """
    first, *second = zip(tables, map(dict, plan.roles), strict=True)
    events, events_roles = second[0] if second else (None, None)
    data, notes = csv.build(*first, events, events_roles, name=plan.label)
    source = f"Your own data ({', '.join(plan.names)}), kept in memory for this session."
    return replace(data, name=new_id(), label=plan.label, source=source, private=True), notes


def adopt(plan: Plan) -> None:
    """Make the uploaded data this session's own, under the name that was typed, and empty the uploaders."""
    if plan.file_ids != tuple(file.file_id for file in _files()):
        return  # a file went away between the drawing of the button and the click
    data, _ = draft(plan)
    _take(replace(data, label=_label(st.session_state.get(NAME) or plan.called)))
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def adopt_template() -> None:
    """Make the invented tea shop this session's own, as if its two files had been uploaded."""
    tables = [csv.read(text.encode()) for text in (upload_template.ITEMS, upload_template.EVENTS)]
    roles = tuple(tuple(csv.guess(table).items()) for table in tables)
    _take(build(Plan((), ("tea shop.csv", "tea shop events.csv"), roles), tables)[0])


def _take(data: Dataset) -> None:
    """Choose ``data`` on every page; it goes with the session, and what was shown before is remembered."""
    if st.session_state.get(Key.DATA, OWN) != OWN:
        st.session_state[CAME_FROM] = st.session_state[Key.DATA]
    _forgotten_with_the_session(uploads().add(data))
    st.session_state[Key.UPLOAD] = data.name
    choose_data(OWN)


def forget() -> None:
    """Take the upload out of every page and out of memory, and go back to what was shown before it."""
    uploads().remove(st.session_state.pop(Key.UPLOAD, ""))
    choose_data(st.session_state.pop(CAME_FROM, catalogue.available()[0].name))


@st.cache_resource(scope="session", max_entries=1, show_spinner=False, on_release=lambda name: uploads().remove(name))
def _forgotten_with_the_session(name: str) -> str:
    """Tie an upload to this session: another upload, or the end of the session, removes it."""
    return name
