"""When and on what somebody looks: told by the browser, stored with each step, used by models and re-ranking."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from recsys.models.ranking_features import DEVICES
from recsys.ui.state import Key

HOURS = {"in the morning": "8", "by day": "14", "in the evening": "20", "at night": "1"}
"""Times of day that a visitor may pretend, and the hour each stands for."""
TABLETS, PHONES = ("ipad", "tablet"), ("mobi", "iphone", "android")


def moment(now: datetime | None = None) -> dict[str, str]:
    """Return hour (0 to 23) and weekday (0 is Monday) where the visitor is, and the device, as ``Query.context``.

    What the browser does not tell is left out; what the visitor pretends takes its place.
    """
    told = _told(now)
    hour = HOURS.get(str(st.session_state.get(Key.HOUR)))
    device = str(st.session_state.get(Key.DEVICE) or "")
    return told | ({"hour": hour} if hour else {}) | ({"device": device} if device in DEVICES else {})


def pretence() -> str:
    """Say what is pretended, "" when nothing is."""
    hour, device = str(st.session_state.get(Key.HOUR)), str(st.session_state.get(Key.DEVICE) or "")
    said = [hour if hour in HOURS else "", f"on a {device}" if device in DEVICES else ""]
    return f"as if {' '.join(filter(None, said))}" if any(said) else ""


def moment_picker() -> None:
    """Draw what the visitor may pretend: another time of day, another device."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("As if", width="content")
        st.pills("Time of day", list(HOURS), key=Key.HOUR, label_visibility="collapsed", persist_state="session")
        st.caption("on a", width="content")
        st.pills("Device", DEVICES, key=Key.DEVICE, label_visibility="collapsed", persist_state="session")


def _told(now: datetime | None) -> dict[str, str]:
    told = {}
    try:
        here = (now or datetime.now(UTC)).astimezone(ZoneInfo(str(st.context.timezone)))
        told = {"hour": str(here.hour), "weekday": str(here.weekday())}
    except (KeyError, ValueError, OSError):
        pass
    browser = str(st.context.headers.get("User-Agent", "")) if st.context.headers else ""
    device = device_of(browser)
    return told | ({"device": device} if device else {})


def device_of(browser: str) -> str:
    """Read the sort of device off a browser's name; "" for none.

    >>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148")
    'phone'
    """
    name = browser.lower()
    if not name:
        return ""
    if any(word in name for word in TABLETS):
        return "tablet"
    return "phone" if any(word in name for word in PHONES) else "desktop"
