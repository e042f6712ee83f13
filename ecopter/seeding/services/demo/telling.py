"""What the accounts shown to visitors find new: a mark, messages, and announced absences."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from ecopter.attendance.models import AbsenceNotice
from ecopter.attendance.rules import ExcuseCategory
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.platform.jobs import Job
from ecopter.seeding.queries.demo import demo_batches, find_latest_mark, mail_job_ids
from ecopter.seeding.rules.demo_days import absence_days
from ecopter.seeding.rules.demo_files import AbsenceFile, PersonFile
from ecopter.seeding.services.demo.places import Loading
from ecopter.seeding.services.demo.rows import Values, add_all, put_all
from ecopter.shared.dates import HalfDay

ANNOUNCED = timedelta(days=2)
DECIDED = timedelta(days=1)


def load_news(loading: Loading) -> None:
    """Absences and notices, none of them read; what happened before the loading only."""
    _settle_old_news()
    rows = [*_absences(loading), *_announcements(loading), *_marks(loading)]
    rows.sort(key=lambda row: row["at"])
    put_all(
        Notice,
        [{**row, "batch": f"demo-{number}"} for number, row in enumerate(rows, start=1)],
    )


def _settle_old_news() -> None:
    """Papers of the past were told when they were issued: read since, and no mail leaves today."""
    db.session.execute(delete(Job).where(Job.id.in_(mail_job_ids(demo_batches()))))
    db.session.execute(
        update(Notice)
        .where(Notice.batch.in_(demo_batches()))
        .values(seen_at=Notice.at, mailed_at=Notice.at)
        .execution_options(synchronize_session=False)
    )


def _absences(loading: Loading) -> list[Values]:
    """Two announced absences; whoever decides is told of each, and the trainee of the answer."""
    files = loading.files
    enrolments = {
        person: enrolment_id
        for cohort in loading.cohorts.values()
        for person, enrolment_id in cohort.enrolments.items()
    }
    decider_id = loading.users[files.instructor]
    ids = add_all(
        AbsenceNotice,
        [
            {
                "enrolment_id": enrolments[each.person],
                "first_day": absence_days(each, loading.today)[0],
                "last_day": absence_days(each, loading.today)[1],
                "half_day": HalfDay(each.half_day) if each.half_day else None,
                "category": ExcuseCategory(each.category),
                "announced_at": loading.now - ANNOUNCED,
                "is_accepted": True if each.is_accepted else None,
                "decided_by_id": decider_id if each.is_accepted else None,
                "decided_at": loading.now - DECIDED if each.is_accepted else None,
            }
            for each in files.absences
        ],
    )
    return [
        _absence(loading, each, absence_id, enrolments[each.person])
        for each, absence_id in zip(files.absences, ids, strict=True)
    ]


def _absence(loading: Loading, absence: AbsenceFile, absence_id: int, enrolment_id: int) -> Values:
    first, last = absence_days(absence, loading.today)
    days = {
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "absence_id": absence_id,
    }
    if absence.is_accepted:
        facts = {**days, "decision": True, "enrolment_id": enrolment_id}
        whom = loading.users[absence.person]
        return _row(whom, NoticeEvent.ABSENCE_DECIDED, facts, loading.now - DECIDED)
    facts = {**days, "person": _latin(_person(loading, absence.person))}
    whom = loading.users[loading.files.instructor]
    return _row(whom, NoticeEvent.ABSENCE_ANNOUNCED, facts, loading.now - ANNOUNCED)


def _announcements(loading: Loading) -> list[Values]:
    names = {file.code: {"fr": file.name, "ar": file.name_ar} for file in loading.files.cohorts}
    return [
        _row(
            loading.users[person],
            NoticeEvent.ANNOUNCEMENT,
            {
                "sender": _latin(_person(loading, each.sender)),
                "cohort": names[each.cohort],
                "subject": each.subject,
                "text": each.text,
                "cohort_id": loading.cohorts[each.cohort].id,
            },
            loading.now - timedelta(hours=each.hours_ago),
        )
        for each in loading.files.announcements
        for person in each.to
    ]


def _marks(loading: Loading) -> list[Values]:
    """The latest mark of everyone in the current cohort whose account visitors use."""
    cohort = loading.cohorts[loading.files.make_up.cohort]
    rows = []
    for person in loading.files.members(cohort.dated.file.code):
        latest = find_latest_mark(cohort.enrolments[person.code]) if person.has_account else None
        if latest is not None:
            facts = {"lesson": latest.titles, "enrolment_id": cohort.enrolments[person.code]}
            whom = loading.users[person.code]
            rows.append(_row(whom, NoticeEvent.GRADE_PUBLISHED, facts, latest.published_at))
    return rows


def _row(user_id: int, event: NoticeEvent, facts: Mapping[str, object], at: datetime) -> Values:
    return {"user_id": user_id, "event": event, "facts": dict(facts), "at": at}


def _person(loading: Loading, code: str) -> PersonFile:
    return next(person for person in loading.files.people if person.code == code)


def _latin(person: PersonFile) -> str:
    return f"{person.given} {person.family}"
