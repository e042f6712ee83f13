"""Words for the kinds of notices."""

from ecopter.notices.rules import NoticeEvent
from ecopter.platform.i18n import lazy as _

EVENT = {
    NoticeEvent.HALF_DAY_MOVED: _("A half-day is moved"),
    NoticeEvent.HALF_DAY_CANCELLED: _("A half-day is cancelled"),
    NoticeEvent.HALF_DAY_RESTORED: _("A half-day is held after all"),
    NoticeEvent.INSTRUCTOR_REPLACED: _("Someone teaches in your place"),
    NoticeEvent.SUBSTITUTION: _("Someone teaches in another's place"),
    NoticeEvent.ANNOUNCEMENT: _("A message to the cohort"),
    NoticeEvent.GRADE_PUBLISHED: _("A new mark"),
    NoticeEvent.ABSENCE_ANNOUNCED: _("An absence is announced"),
    NoticeEvent.ABSENCE_DECIDED: _("An absence is decided"),
    NoticeEvent.REGISTER_CORRECTED: _("A register is corrected"),
    NoticeEvent.PAPER_ISSUED: _("A new paper"),
    NoticeEvent.PAPER_REVOKED: _("A paper is no longer valid"),
    NoticeEvent.SECOND_FACTOR_REMOVED: _("Two-step sign-in is taken off"),
}
# Whether a notice is marked as seen, as addresses and pages say it.
STATE = {"new": _("New"), "seen": _("Seen")}
