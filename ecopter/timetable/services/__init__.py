"""What people do with the timetable."""

from ecopter.timetable.services.cancelling import cancel_half_day, restore_half_day
from ecopter.timetable.services.holidays import correct_holiday
from ecopter.timetable.services.moving import Destination, move_half_day, refuse_to_move
from ecopter.timetable.services.planning import NOTHING, plan_half_days
from ecopter.timetable.services.substituting import substitute, take_over

__all__ = [
    "NOTHING",
    "Destination",
    "cancel_half_day",
    "correct_holiday",
    "move_half_day",
    "plan_half_days",
    "refuse_to_move",
    "restore_half_day",
    "substitute",
    "take_over",
]
