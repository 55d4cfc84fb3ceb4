"""The live loop: an event is stored, the profile is derived from the log, the list follows."""

from recsys.live.log import IN_MEMORY, EventLog, Seat, new_id
from recsys.live.movement import Movement, movement, overlap
from recsys.live.profile import MAX_TEXT, opinion_of, query_from
from recsys.live.recommend import recommend

__all__ = [
    "IN_MEMORY",
    "MAX_TEXT",
    "EventLog",
    "Movement",
    "Seat",
    "movement",
    "new_id",
    "opinion_of",
    "overlap",
    "query_from",
    "recommend",
]
