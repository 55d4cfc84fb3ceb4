"""A process that stores a burst of events and says each one as it is acknowledged, to be killed in the middle."""

from __future__ import annotations

from recsys.live import Seat

BURST = 1_000
SEAT = Seat("s", "shop", "ann")

WRITER = f"""
import sys
from recsys.live import EventLog, Seat
from recsys.types import Event, Kind
log = EventLog(sys.argv[1])
for n in range({BURST}):
    print(log.append(Seat("s", "shop", "ann"), Event(f"e{{n}}", Kind.LIKE, float(n), "shoe")), flush=True)
sys.stdin.read()  # a machine that is too busy to kill it in time finds it here
"""
