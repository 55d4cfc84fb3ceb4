"""The live loop: an event is stored, the profile is derived from the log, the list follows."""

from recsys.live.answer import Ranking
from recsys.live.edits import Edits, Steer
from recsys.live.log import IN_MEMORY, EventLog, Line, Seat, new_id, replay
from recsys.live.movement import Movement, movement, overlap
from recsys.live.profile import AS_IT_COUNTS, MAX_TEXT, Habits, Known, opinion_of, query_from
from recsys.live.recommend import recommend
from recsys.live.steering import Steering

__all__ = [
    "IN_MEMORY",
    "AS_IT_COUNTS",
    "MAX_TEXT",
    "Edits",
    "EventLog",
    "Habits",
    "Known",
    "Line",
    "Movement",
    "Ranking",
    "Seat",
    "Steer",
    "Steering",
    "movement",
    "new_id",
    "opinion_of",
    "overlap",
    "query_from",
    "recommend",
    "replay",
]
