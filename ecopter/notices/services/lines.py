"""A notice as a page shows it: its sentence in one language and the page it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from ecopter.notices.models import Notice
from ecopter.notices.queries import NewNotice
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.wording import words_of
from ecopter.shared.text import fold

# Event -> the page concerned, and the facts that stand in its address.
PAGES: Mapping[NoticeEvent, tuple[str, tuple[str, ...]]] = {
    NoticeEvent.ABSENCE_ANNOUNCED: ("attendance.absence.show", ("absence_id",)),
    NoticeEvent.ABSENCE_DECIDED: ("attendance.absence.show", ("absence_id",)),
    NoticeEvent.GRADE_PUBLISHED: ("gradebook.marks.show", ("enrolment_id",)),
    NoticeEvent.HALF_DAY_CANCELLED: ("timetable.agenda.show", ("week",)),
    NoticeEvent.HALF_DAY_MOVED: ("timetable.agenda.show", ("week",)),
    NoticeEvent.HALF_DAY_RESTORED: ("timetable.agenda.show", ("week",)),
    NoticeEvent.INSTRUCTOR_REPLACED: ("timetable.agenda.show", ("week",)),
    NoticeEvent.PAPER_ISSUED: ("certificates.credential.index", ("enrolment_id",)),
    NoticeEvent.PAPER_REVOKED: ("certificates.credential.index", ("enrolment_id",)),
    NoticeEvent.REGISTER_CORRECTED: ("attendance.record.show", ("enrolment_id",)),
    NoticeEvent.SECOND_FACTOR_REMOVED: ("people.account.show", ()),
    NoticeEvent.SUBSTITUTION: ("timetable.half_day.show", ("training_session_id",)),
}
# The first of these days that a notice knows: where a moved half-day goes, else where it was.
DAYS = ("to_day", "on_day")


@dataclass(frozen=True)
class NoticeLine:
    """One line: `url` is None where no page is concerned; `text` is what a sender wrote."""

    id: int
    event: NoticeEvent
    words: str
    text: str
    url: str | None
    at: datetime
    is_new: bool

    def holds(self, words: Sequence[str]) -> bool:
        """Whether the sentence, or what a sender wrote, holds all the words (folded)."""
        text = fold(f"{self.words} {self.text}")
        return all(word in text for word in words)


def lines_of(notices: Sequence[Notice] | Sequence[NewNotice], tag: str) -> Sequence[NoticeLine]:
    """Notices for a page in language `tag`; no query."""
    return [
        NoticeLine(
            notice.id,
            notice.event,
            words_of(notice, tag),
            str(notice.facts.get("text", "")),
            address_of(notice),
            notice.at,
            notice.seen_at is None,
        )
        for notice in notices
    ]


def address_of(notice: Notice | NewNotice) -> str | None:
    """The page a notice is about; None when there is none, or a fact of its address is missing."""
    endpoint, names = PAGES.get(notice.event, ("", ()))
    known = {**notice.facts, **_week_of(notice.facts)}
    where = {name: known[name] for name in names if name in known}
    if not endpoint or len(where) < len(names):
        return None
    return url_for(endpoint, **where)


def _week_of(facts: Mapping[str, str]) -> dict[str, str]:
    days = [facts[name] for name in DAYS if name in facts]
    if not days:
        return {}
    year, week, _weekday = date.fromisoformat(days[0]).isocalendar()
    return {"week": f"{year}-W{week:02d}"}
