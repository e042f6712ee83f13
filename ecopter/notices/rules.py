"""Which events people are told of, and which of them are worth a mail."""

from enum import StrEnum

from ecopter.shared.text import N_


class NoticeEvent(StrEnum):
    ABSENCE_ANNOUNCED = "absence_announced"
    ABSENCE_DECIDED = "absence_decided"
    ANNOUNCEMENT = "announcement"
    GRADE_PUBLISHED = "grade_published"
    HALF_DAY_CANCELLED = "half_day_cancelled"
    HALF_DAY_MOVED = "half_day_moved"
    HALF_DAY_RESTORED = "half_day_restored"
    INSTRUCTOR_REPLACED = "instructor_replaced"
    PAPER_ISSUED = "paper_issued"
    PAPER_REVOKED = "paper_revoked"
    REGISTER_CORRECTED = "register_corrected"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SUBSTITUTION = "substitution"


# Whoever has not seen these in time would go to the wrong place, wait for a paper that is there, or
# miss that someone meddles with their account.
MAILED = frozenset(
    {
        NoticeEvent.ABSENCE_DECIDED,
        NoticeEvent.ANNOUNCEMENT,
        NoticeEvent.HALF_DAY_CANCELLED,
        NoticeEvent.HALF_DAY_MOVED,
        NoticeEvent.HALF_DAY_RESTORED,
        NoticeEvent.INSTRUCTOR_REPLACED,
        NoticeEvent.PAPER_ISSUED,
        NoticeEvent.SECOND_FACTOR_REMOVED,
        NoticeEvent.SUBSTITUTION,
    }
)

# Facts: a dict is a title by language, `*_day` an ISO day, `*half` morning or afternoon.
SENTENCES = {
    NoticeEvent.ABSENCE_ANNOUNCED: N_(
        "%(person)s announces an absence from %(first_day)s to %(last_day)s."
    ),
    NoticeEvent.ABSENCE_DECIDED: N_(
        "Your absence from %(first_day)s to %(last_day)s: %(decision)s"
    ),
    NoticeEvent.ANNOUNCEMENT: N_("%(sender)s writes to %(cohort)s: %(subject)s"),
    NoticeEvent.GRADE_PUBLISHED: N_("A new mark: %(lesson)s"),
    NoticeEvent.HALF_DAY_CANCELLED: N_(
        "%(module)s, %(on_day)s, %(half)s, is cancelled: %(reason)s"
    ),
    NoticeEvent.HALF_DAY_MOVED: N_(
        "%(module)s, %(from_day)s, %(from_half)s, is moved to "
        "%(to_day)s, %(to_half)s, %(site)s: %(reason)s"
    ),
    NoticeEvent.HALF_DAY_RESTORED: N_(
        "%(module)s, %(on_day)s, %(half)s, is held after all, at %(site)s."
    ),
    NoticeEvent.INSTRUCTOR_REPLACED: N_(
        "%(person)s teaches %(module)s on %(on_day)s, %(half)s, in your place."
    ),
    NoticeEvent.PAPER_ISSUED: N_("A new paper is ready for you: %(number)s"),
    NoticeEvent.PAPER_REVOKED: N_("Paper %(number)s is no longer valid: %(reason)s"),
    NoticeEvent.REGISTER_CORRECTED: N_(
        "Your attendance of %(on_day)s, %(half)s, was corrected: %(reason)s"
    ),
    NoticeEvent.SECOND_FACTOR_REMOVED: N_(
        "Your account no longer asks for the second step at sign-in: the school's office has taken "
        "it off. If you did not ask for that, tell the office at once."
    ),
    NoticeEvent.SUBSTITUTION: N_(
        "You teach %(module)s on %(on_day)s, %(half)s, to %(cohort)s, at %(site)s."
    ),
}
# The same of an absence that begins and ends on one day.
SENTENCES_OF_ONE_DAY = {
    NoticeEvent.ABSENCE_ANNOUNCED: N_("%(person)s announces an absence on %(first_day)s."),
    NoticeEvent.ABSENCE_DECIDED: N_("Your absence of %(first_day)s: %(decision)s"),
}
SENTENCES_OF_DECISION = {True: N_("accepted."), False: N_("not accepted. Ask your instructor why.")}
HALVES = {"morning": N_("in the morning"), "afternoon": N_("in the afternoon")}
