"""How many of some cohorts are ready for the paper they came for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from ecopter.attendance.rules import summarise
from ecopter.certificates.models import Credential
from ecopter.certificates.queries.course import Course, find_capstones, list_half_days
from ecopter.certificates.queries.hours import lines_of
from ecopter.certificates.rules.eligibility import earned_kind, obstacles
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.db import db
from ecopter.gradebook.queries import competences_of_cohorts
from ecopter.platform.clock import school_day


@dataclass(frozen=True)
class Readiness:
    """A cohort before its papers: the attestation, or the leaders' certificate.

    `ready` have earned it and do not hold it yet; `issued` hold it; `places` are all of them.
    `unregistered` half-days are over and without a closed register; `unconfirmed` people have not
    said that their name is printed right.
    """

    ready: int
    issued: int
    places: int
    unregistered: int
    unconfirmed: int

    @property
    def missing(self) -> int:
        """People who lack something."""
        return self.places - self.ready - self.issued


def count_ready(cohort_ids: Collection[int], now: datetime) -> dict[int, Readiness]:
    """By cohort id; eleven queries for any number of cohorts. Unknown ids are left out."""
    if not cohort_ids:
        return {}
    cohorts = db.session.scalars(
        select(Cohort).options(joinedload(Cohort.curriculum)).where(Cohort.id.in_(cohort_ids))
    ).all()
    places = db.session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.trainee), selectinload(Enrolment.periods))
        .where(Enrolment.cohort_id.in_(cohort_ids))
    ).all()
    half_days = list_half_days(cohort_ids)
    capstones = find_capstones([cohort.curriculum_id for cohort in cohorts])
    hours = lines_of(cohort_ids, places, now=now)
    competences = competences_of_cohorts(cohort_ids)
    held = {
        (enrolment_id, kind)
        for enrolment_id, kind in db.session.execute(
            select(Credential.enrolment_id, Credential.kind)
            .join(Enrolment, Enrolment.id == Credential.enrolment_id)
            .where(Enrolment.cohort_id.in_(cohort_ids), Credential.is_live)
        )
    }
    found = {}
    for cohort in cohorts:
        course = Course(
            cohort,
            half_days.get(cohort.id, []),
            capstones.get(cohort.curriculum_id),
            now,
            school_day(now),
        )
        kind = earned_kind(cohort.curriculum.track)
        own = [place for place in places if place.cohort_id == cohort.id]
        waiting = [place for place in own if (place.id, kind) not in held]
        ready = [
            place
            for place in waiting
            if not obstacles(
                kind,
                course.standing(
                    place.spans,
                    summarise(each.line for each in hours[place.id]),
                    competences.get(place.id, ()),
                ),
                course.required,
            )
        ]
        found[cohort.id] = Readiness(
            ready=len(ready),
            issued=len(own) - len(waiting),
            places=len(own),
            unregistered=len(course.unregistered),
            unconfirmed=sum(1 for place in own if place.trainee.name_confirmed_at is None),
        )
    return found
