"""What people do about attendance: registers, corrections, absences."""

from ecopter.attendance.services.absences import announce, decide, withdraw
from ecopter.attendance.services.registers import Writing, correct_line, save_register

__all__ = ["Writing", "announce", "correct_line", "decide", "save_register", "withdraw"]
