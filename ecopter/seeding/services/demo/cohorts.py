"""Cohorts with their people, their instructors and their half-days."""

from datetime import date

from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.cohorts.rules import Category
from ecopter.seeding.rules.demo_days import Dated
from ecopter.seeding.services.demo.half_days import put_half_days
from ecopter.seeding.services.demo.people import came_at
from ecopter.seeding.services.demo.places import LoadedCohort, Loading
from ecopter.seeding.services.demo.rows import add_all, put_all


def load_cohorts(loading: Loading) -> None:
    """Every cohort of the files, with everything planned in it."""
    ids = add_all(
        Cohort,
        [
            {
                "code": dated.file.code,
                "name": dated.file.name,
                "name_ar": dated.file.name_ar,
                "capacity": loading.files.support.capacity,
                "site_id": loading.shipped.sites[dated.half_days[0].site].id,
                "partner": loading.files.support.partner,
                "funder": loading.files.support.funder,
                "curriculum_id": loading.shipped.curricula[dated.file.curriculum].id,
                "starts_on": dated.starts_on,
                "ends_on": dated.ends_on,
                "is_demo": True,
            }
            for dated in loading.dated
        ],
    )
    for dated, cohort_id in zip(loading.dated, ids, strict=True):
        loading.cohorts[dated.file.code] = _load_cohort(loading, dated, cohort_id)


def _load_cohort(loading: Loading, dated: Dated, cohort_id: int) -> LoadedCohort:
    curriculum = loading.shipped.curricula[dated.file.curriculum]
    teachers = {
        module: [loading.users[code] for code in codes]
        for module, codes in loading.files.teachers.items()
    }
    modules = dict.fromkeys(half_day.module for half_day in dated.half_days)
    put_all(
        CohortInstructor,
        [
            {
                "cohort_id": cohort_id,
                "user_id": user_id,
                "from_on": dated.starts_on,
                "until_on": _last_day(dated),
            }
            for user_id in dict.fromkeys(who for module in modules for who in teachers[module])
        ],
    )
    return LoadedCohort(
        id=cohort_id,
        dated=dated,
        curriculum=curriculum,
        enrolments=_load_places(loading, dated, cohort_id),
        half_days=put_half_days(
            dated.half_days,
            cohort_id=cohort_id,
            curriculum=curriculum,
            sites=loading.shipped.sites,
            hours=loading.files.hours,
            teachers=teachers,
            now=loading.now,
        ),
    )


def _load_places(loading: Loading, dated: Dated, cohort_id: int) -> dict[str, int]:
    people = loading.files.members(dated.file.code)
    ids = add_all(
        Enrolment,
        [
            {
                "cohort_id": cohort_id,
                "trainee_id": loading.users[person.code],
                "category": Category(person.category) if person.category else None,
                "created_at": came_at(loading, dated.starts_on),
            }
            for person in people
        ],
    )
    put_all(
        EnrolmentPeriod,
        [
            {
                "enrolment_id": enrolment_id,
                "starts_on": dated.starts_on,
                "ends_on": _last_day(dated),
            }
            for enrolment_id in ids
        ],
    )
    return dict(zip((person.code for person in people), ids, strict=True))


def _last_day(dated: Dated) -> date | None:
    """Places and teaching in a current cohort run on, wherever its end moves."""
    return None if dated.file.is_current else dated.ends_on
