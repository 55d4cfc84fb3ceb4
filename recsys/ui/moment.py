"""When and on what somebody looks: told by the browser, stored with each step, used by models and re-ranking."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

TABLETS, PHONES = ("ipad", "tablet"), ("mobi", "iphone", "android")


def moment(now: datetime | None = None) -> dict[str, str]:
    """Return hour (0 to 23) and weekday (0 is Monday) where the visitor is, and the device, as ``Query.context``.

    What the browser does not tell is left out.
    """
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
