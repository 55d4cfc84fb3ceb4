"""Times of events: seconds since 1970 UTC, and the dates they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

DAY_SECONDS = 86_400.0

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = (-62_135_596_800.0, 253_402_300_799.0)
"""First and last usable time, in seconds: the years 1 to 9999, so that every time in a dataset is a date."""


def moment(at: float) -> datetime | None:
    """The date and time (UTC) of ``at``, in seconds since 1970; None outside ``TIMES`` and for NaN.

    >>> str(moment(-1.0))
    '1969-12-31 23:59:59+00:00'
    """
    low, high = TIMES
    # Not datetime.fromtimestamp: some systems refuse years before 1970 there.
    return EPOCH + timedelta(seconds=at) if low <= at <= high else None
