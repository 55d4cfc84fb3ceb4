"""The address bar: it says what is shown, on every page, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from recsys.data import Dataset
from recsys.errors import RecsysError, StorageError
from recsys.live import Seat
from recsys.settings import ROOT
from recsys.ui import cache
from recsys.ui.state import VISIT, Key, notice, rerun, session_id
from recsys.ui.uploads import MINE

T = TypeVar("T")

LIVE = ROOT / "pages" / "live.py"


@dataclass(frozen=True)
class Linked(Generic[T]):
    """A choice that the session keeps from page to page and the address names while it is not the usual one."""

    key: str
    parse: Callable[[str], T]
    """From the word in the address; RecsysError or ValueError for a wrong one."""
    word: Callable[[T], str]
    usual: T
    wrong: str
    """What is said before the reason when a link holds a word that cannot be used."""
    house: Callable[[str], T] | None = None
    """The usual choice for the dataset of that name, where each may have its own."""

    def read(self, data_name: str = "") -> T:
        """The choice in the address or, when it names none, in the session; a wrong one is said and left out.

        Going back to an address that names none is going back to the usual one.
        """
        key = self.name(data_name)
        before = "" if _back_to_bare(key) else st.session_state.get(f"_{key}")
        said = st.query_params.get(key) or before
        chosen = self.usual_for(data_name)
        if said:
            try:
                chosen = self.parse(str(said))
            except (RecsysError, ValueError) as error:
                notice(f"{self.wrong}: {error}.")
        lacks(key, usual=chosen == self.usual_for(data_name))
        self.keep(chosen, data_name)
        return chosen

    def keep(self, chosen: T, data_name: str = "") -> None:
        """Put a choice into the session and into the address, out of which the usual one is taken."""
        key, word = self.name(data_name), "" if chosen == self.usual_for(data_name) else self.word(chosen)
        st.session_state[f"_{key}"] = word
        if not word:
            st.query_params.pop(key, None)
        elif st.query_params.get(key) != word:
            st.query_params[key] = word

    def usual_for(self, data_name: str) -> T:
        """What is chosen until somebody chooses."""
        return self.house(data_name) if self.house else self.usual

    def name(self, data_name: str = "") -> str:
        """Key in the address; a choice that fits one dataset only has a key for each."""
        return f"{self.key}-{data_name}" if data_name else self.key


def reopen() -> None:
    """Restore what a link or a reload names in the address bar, once per session, as this session's own events."""
    if Key.SESSION in st.session_state:
        return
    view, label = st.query_params.get(Key.VIEW), st.query_params.get(Key.DATA, "")
    if label.startswith(MINE):
        notice(f"“{label[:60]}” was kept in memory for one visit only and is gone: upload it again on the Data page.")
        st.query_params.pop(Key.DATA)
    log, place = cache.event_log(), None
    try:
        if view and log.fork(view, session_id()) is not None:
            place = log.place_of(view)
    except StorageError:  # the log cannot be read just now
        pass
    if view and place:
        _views()[place] = view
    elif view:
        notice("The clicks in this link are not known here: you see the person as they started.")
    session_id()


def turn_to(page: str) -> None:
    """Note which page is drawn, and whether it was just opened."""
    st.session_state[Key.STAYED] = st.session_state.get(Key.PAGE) == page
    st.session_state[Key.PAGE] = page
    if not st.session_state[Key.STAYED]:
        st.session_state[Key.BARE] = True


def lacks(key: str, usual: bool) -> None:
    """Note that the address lacks ``key`` although the choice is not the ``usual`` one, on a page just opened.

    Such an address is no earlier state: it is how the links between pages look before a page has filled them in.
    """
    if not st.session_state.get(Key.STAYED) and key not in st.query_params and not usual:
        st.session_state[Key.BARE] = False


def filled_in(key: str, choice: str, usual: str) -> None:
    """Keep ``choice`` where the address lacks it: on a page just opened, or by going back to how it then was.

    Called before the widget ``key`` is drawn. In a run of the Back button the address wins over the session, so that
    run is given up for another one.
    """
    if key in st.query_params or choice == usual:
        return
    if not history():
        if not st.session_state.get(Key.STAYED) or st.session_state.get(key) == choice:
            st.session_state[key] = choice  # set even if it is so: what is set is written into the address
    elif not st.session_state.get(Key.BARE):
        st.session_state[key] = choice
        rerun()


def written(key: str, choice: str, usual: str) -> None:
    """Run once more where the widget ``key`` has not written what it was given into the address.

    It does that from its second run on a page on; a page opened by a link of the menu would be without its data.
    """
    again = f"_again-{key}"
    if choice == usual or key in st.query_params:
        st.session_state.pop(again, None)
    elif not st.session_state.get(again):
        st.session_state[again] = True
        rerun()


def _back_to_bare(key: str) -> bool:
    """Whether Back or Forward led to an address without ``key`` that was a state of its own."""
    here = bool(st.session_state.get(Key.STAYED) and st.session_state.get(Key.BARE))
    return here and key not in st.query_params and history()


def history() -> bool:
    """Whether this run was asked for by the Back or Forward button."""
    context = get_script_run_ctx()
    return context is not None and bool(context.is_history_navigation)


def only(key: str, choices: Collection[str]) -> None:
    """Leave those of ``choices`` in the session that a multiple choice held: other data offer others."""
    held = st.session_state.get(key)
    if held and not set(held) <= set(choices):
        st.session_state[key] = [choice for choice in held if choice in choices]


def note(place: Seat, view: str | None) -> None:
    """Let the address name ``view``, the newest line of ``place``; None when nothing stands there."""
    if view is None:
        _views().pop(place.key, None)
        st.query_params.pop(Key.VIEW, None)
    else:
        _views()[place.key] = view
        if st.query_params.get(Key.VIEW) != view:
            st.query_params[Key.VIEW] = view


def follow(place: Seat) -> None:
    """Let ``place`` be what the address says when somebody went back or forward, else the address what it is."""
    same = st.session_state.get(Key.PLACE, place.key) == place.key
    if not same:
        for key in VISIT:
            st.session_state.pop(key, None)
    st.session_state[Key.PLACE] = place.key
    if place.private:
        return
    log, mine, said = cache.event_log(), _views().get(place.key), st.query_params.get(Key.VIEW)
    lacks(Key.VIEW, usual=mine is None)
    try:
        if said and said != mine:
            mine = log.go_to(place, said) or mine
        elif mine and not said and same and history() and st.session_state.get(Key.BARE):
            log.reset(place)
            mine = None
    except StorageError as error:
        notice(f"{error}: the steps stay as they are.")
    note(place, mine)


def _views() -> dict[str, str]:
    """The newest line of every place of this session, by the key of the place."""
    views: dict[str, str] = st.session_state.setdefault(Key.VIEWS, {})
    return views


def to_live(choice: Linked[T], chosen: T, data: Dataset, help_text: str) -> None:
    """Draw the link that opens the Live page with ``chosen`` in force, or say that it is."""
    in_force = choice.read(data.name) == chosen
    st.page_link(
        LIVE,
        label="In force on Live →" if in_force else "Use on Live →",
        help=help_text,
        query_params={Key.DATA: data.label, choice.name(data.name): choice.word(chosen)},
    )
