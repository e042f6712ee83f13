"""The whole answer to "who may do this?" on one page, without Flask or the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    TRAINEE = "trainee"
    INSTRUCTOR = "instructor"
    HEAD_OF_STUDIES = "head_of_studies"
    ADMINISTRATOR = "administrator"
    LEADER = "leader"


class Permission(StrEnum):
    """`<resource>:<action>`; alphabetical."""

    ABSENCE_ANNOUNCE = "absence:announce"
    ABSENCE_DECIDE = "absence:decide"
    ABSENCE_LIST = "absence:list"
    ABSENCE_VIEW = "absence:view"
    ACCOUNT_VIEW = "account:view"
    AGENDA_VIEW = "agenda:view"
    ANNOUNCEMENT_SEND = "announcement:send"
    ASSESSMENT_REOPEN = "assessment:reopen"
    ASSOCIATION_EDIT = "association:edit"
    ASSOCIATION_LIST = "association:list"
    ASSOCIATION_MANAGE = "association:manage"
    ASSOCIATION_VIEW = "association:view"
    ATTENDANCE_VIEW = "attendance:view"
    AUDIT_VIEW = "audit:view"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_PREPARE = "certificate:prepare"
    CERTIFICATE_REVOKE = "certificate:revoke"
    CERTIFICATE_VIEW = "certificate:view"
    CODE_ISSUE = "code:issue"
    COHORT_LIST = "cohort:list"
    COHORT_MANAGE = "cohort:manage"
    COHORT_VIEW = "cohort:view"
    COURSE_VIEW = "course:view"
    ENROLMENT_MANAGE = "enrolment:manage"
    GRADEBOOK_VIEW = "gradebook:view"
    GRADE_PUBLISH = "grade:publish"
    HALF_DAY_MANAGE = "half_day:manage"
    HALF_DAY_TAKE_OVER = "half_day:take_over"
    HOME_VIEW = "home:view"
    LEADERS_VIEW = "leaders:view"
    LESSON_COMPLETE = "lesson:complete"
    MARKS_VIEW = "marks:view"
    NOTICE_VIEW = "notice:view"
    PATH_VIEW = "path:view"
    PERSON_EXPORT = "person:export"
    PERSON_LIST = "person:list"
    PERSON_MANAGE = "person:manage"
    PERSON_VIEW = "person:view"
    PREREQUISITE_WAIVE = "prerequisite:waive"
    PRODUCT_VIEW = "product:view"
    QUIZ_TAKE = "quiz:take"
    REGISTER_CORRECT = "register:correct"
    REGISTER_TAKE = "register:take"
    REGISTER_VIEW = "register:view"
    ROLE_GIVE = "role:give"
    SCHOOL_MANAGE = "school:manage"
    SCHOOL_VIEW = "school:view"
    SECOND_FACTOR_MANAGE = "second_factor:manage"
    SECOND_FACTOR_SET_UP = "second_factor:set_up"
    SITE_MANAGE = "site:manage"
    SITE_VIEW = "site:view"
    SUBMISSION_CREATE = "submission:create"
    SUBMISSION_GRADE = "submission:grade"
    SUBMISSION_VIEW = "submission:view"


@dataclass(frozen=True)
class Actor:
    """Who asks, and what they are today. An unknown visitor has no `user_id` and nothing else."""

    user_id: int | None = None
    roles: frozenset[Role] = frozenset()
    # Cohorts in which this person is an instructor today.
    teaches: frozenset[int] = frozenset()
    # Enrolment id -> cohort id, of every period, past ones too: reading stays after leaving.
    enrolments: Mapping[int, int] = field(default_factory=dict)
    # Enrolments whose period runs today: the right to act as a trainee.
    active_enrolments: frozenset[int] = frozenset()
    # Those of `enrolments` that belong to the training of association leaders.
    leader_enrolments: frozenset[int] = frozenset()
    # Associations whose mandate this person holds today.
    represents: frozenset[int] = frozenset()

    def has(self, role: Role) -> bool:
        return role in self.roles

    @property
    def is_staff(self) -> bool:
        """Works for the school today: teaches, directs or administers."""
        return bool(self.teaches) or self.has(Role.HEAD_OF_STUDIES) or self.has(Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Standing:
    """What one feature knows of a person's rights today; the guard joins them to an `Actor`."""

    roles: frozenset[Role] = frozenset()
    teaches: frozenset[int] = frozenset()
    enrolments: Mapping[int, int] = field(default_factory=dict)
    active_enrolments: frozenset[int] = frozenset()
    leader_enrolments: frozenset[int] = frozenset()
    represents: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Scope:
    """Where a thing belongs; whatever does not apply stays None."""

    cohort_id: int | None = None
    enrolment_id: int | None = None
    owner_id: int | None = None
    # Any cohort that follows the thing (a lesson belongs to the cohorts of its curriculum).
    cohort_ids: frozenset[int] = frozenset()
    # About someone who works for the school, today or soon.
    is_colleague: bool = False
    association_id: int | None = None
    # Who teaches the half-day, be it as a substitute from another cohort.
    instructor_ids: frozenset[int] = frozenset()
    # Closed for longer than instructors may correct: from now on it is the office's.
    is_settled: bool = False


Rule = Callable[[Actor, Scope], bool]


def signed_in(actor: Actor, scope: Scope) -> bool:
    """Whoever has signed in."""
    return actor.user_id is not None


def administrator(actor: Actor, scope: Scope) -> bool:
    """An administrator."""
    return actor.has(Role.ADMINISTRATOR)


def head_of_studies(actor: Actor, scope: Scope) -> bool:
    """A head of studies."""
    return actor.has(Role.HEAD_OF_STUDIES)


def staff_over_trainee(actor: Actor, scope: Scope) -> bool:
    """Directs or teaches the cohort of someone who does not work for the school themself."""
    is_staff = head_of_studies(actor, scope) or instructor_of_cohort(actor, scope)
    return is_staff and not scope.is_colleague


def staff(actor: Actor, scope: Scope) -> bool:
    """Whoever works for the school today: teaches, directs or administers."""
    return actor.is_staff


def instructor_of_cohort(actor: Actor, scope: Scope) -> bool:
    """Teaches this cohort, or one that follows this course, today."""
    cohorts = scope.cohort_ids | ({scope.cohort_id} if scope.cohort_id is not None else set())
    return bool(actor.teaches & cohorts)


def teaches_half_day(actor: Actor, scope: Scope) -> bool:
    """Named for this half-day, whichever cohort it belongs to."""
    return actor.user_id is not None and actor.user_id in scope.instructor_ids


def may_still_correct(actor: Actor, scope: Scope) -> bool:
    """The instructor of a register, for as long as it is fresh."""
    is_instructor = instructor_of_cohort(actor, scope) or teaches_half_day(actor, scope)
    return is_instructor and not scope.is_settled


def instructor(actor: Actor, scope: Scope) -> bool:
    """Teaches any cohort of the school today."""
    return bool(actor.teaches)


def representative(actor: Actor, scope: Scope) -> bool:
    """Holds a mandate of this association today."""
    return scope.association_id is not None and scope.association_id in actor.represents


def leader(actor: Actor, scope: Scope) -> bool:
    """Leads an association today, or follows or followed the training of leaders."""
    return bool(actor.represents or actor.leader_enrolments)


def themself(actor: Actor, scope: Scope) -> bool:
    """The person it is about."""
    return actor.user_id is not None and scope.owner_id == actor.user_id


def participant(actor: Actor, scope: Scope) -> bool:
    """Has, or once had, a place: reads what is theirs even after leaving."""
    if scope.enrolment_id is not None:
        return scope.enrolment_id in actor.enrolments
    cohorts = scope.cohort_ids | ({scope.cohort_id} if scope.cohort_id is not None else set())
    return bool(cohorts & set(actor.enrolments.values()))


def active_participant(actor: Actor, scope: Scope) -> bool:
    """Has a place whose period runs today: the right to act in the course."""
    return scope.enrolment_id is not None and scope.enrolment_id in actor.active_enrolments


def anyone_taught(actor: Actor, scope: Scope) -> bool:
    """Has, or once had, a place in some cohort."""
    return bool(actor.enrolments)


_OFFICE = (administrator, head_of_studies)
_STAFF_OF_COHORT = (*_OFFICE, instructor_of_cohort)
_STAFF_OF_HALF_DAY = (*_STAFF_OF_COHORT, teaches_half_day)

POLICY: Mapping[Permission, tuple[Rule, ...]] = {
    Permission.ABSENCE_ANNOUNCE: (active_participant,),
    Permission.ABSENCE_DECIDE: _STAFF_OF_COHORT,
    Permission.ABSENCE_LIST: (staff,),
    Permission.ABSENCE_VIEW: (*_STAFF_OF_COHORT, participant),
    Permission.ACCOUNT_VIEW: (signed_in,),
    Permission.AGENDA_VIEW: (signed_in,),
    Permission.ANNOUNCEMENT_SEND: _STAFF_OF_COHORT,
    Permission.ASSESSMENT_REOPEN: _STAFF_OF_COHORT,
    Permission.ASSOCIATION_EDIT: (administrator, representative),
    Permission.ASSOCIATION_LIST: _OFFICE,
    Permission.ASSOCIATION_MANAGE: (administrator,),
    Permission.ASSOCIATION_VIEW: (*_OFFICE, representative),
    Permission.ATTENDANCE_VIEW: (*_STAFF_OF_COHORT, participant),
    Permission.AUDIT_VIEW: (administrator,),
    Permission.CERTIFICATE_ISSUE: (administrator,),
    Permission.CERTIFICATE_PREPARE: _STAFF_OF_COHORT,
    Permission.CERTIFICATE_REVOKE: (administrator,),
    Permission.CERTIFICATE_VIEW: (*_OFFICE, participant),
    Permission.CODE_ISSUE: (administrator, staff_over_trainee),
    Permission.COHORT_LIST: (staff,),
    Permission.COHORT_MANAGE: _OFFICE,
    Permission.COHORT_VIEW: _STAFF_OF_COHORT,
    Permission.COURSE_VIEW: (*_STAFF_OF_COHORT, participant),
    Permission.ENROLMENT_MANAGE: _OFFICE,
    Permission.GRADEBOOK_VIEW: _STAFF_OF_COHORT,
    Permission.GRADE_PUBLISH: (head_of_studies, instructor_of_cohort),
    Permission.HALF_DAY_MANAGE: _OFFICE,
    Permission.HALF_DAY_TAKE_OVER: (instructor,),
    Permission.HOME_VIEW: (signed_in,),
    Permission.LEADERS_VIEW: (leader,),
    Permission.LESSON_COMPLETE: (active_participant,),
    Permission.MARKS_VIEW: (*_STAFF_OF_COHORT, participant),
    Permission.NOTICE_VIEW: (signed_in,),
    # The list of one's own paths; one path itself asks for COURSE_VIEW.
    Permission.PATH_VIEW: (anyone_taught,),
    Permission.PERSON_EXPORT: (administrator,),
    Permission.PERSON_LIST: _OFFICE,
    Permission.PERSON_MANAGE: (administrator,),
    Permission.PERSON_VIEW: _OFFICE,
    Permission.PREREQUISITE_WAIVE: _STAFF_OF_COHORT,
    Permission.PRODUCT_VIEW: (signed_in,),
    Permission.QUIZ_TAKE: (active_participant,),
    Permission.REGISTER_CORRECT: (administrator, head_of_studies, may_still_correct),
    Permission.REGISTER_TAKE: _STAFF_OF_HALF_DAY,
    Permission.REGISTER_VIEW: _STAFF_OF_HALF_DAY,
    Permission.ROLE_GIVE: (administrator,),
    Permission.SCHOOL_MANAGE: (administrator,),
    Permission.SCHOOL_VIEW: _OFFICE,
    # Whoever lost the role still turns off what they have.
    Permission.SECOND_FACTOR_MANAGE: (*_OFFICE, themself),
    Permission.SECOND_FACTOR_SET_UP: _OFFICE,
    Permission.SITE_MANAGE: _OFFICE,
    Permission.SITE_VIEW: (staff,),
    Permission.SUBMISSION_CREATE: (active_participant,),
    Permission.SUBMISSION_GRADE: (head_of_studies, instructor_of_cohort),
    Permission.SUBMISSION_VIEW: (*_STAFF_OF_COHORT, participant),
}

# To see a thing without being allowed to act on it answers 403; not even to see it, 404.
SEEN_BY: Mapping[Permission, Permission] = {
    Permission.ABSENCE_ANNOUNCE: Permission.ATTENDANCE_VIEW,
    Permission.ABSENCE_DECIDE: Permission.ABSENCE_VIEW,
    Permission.ANNOUNCEMENT_SEND: Permission.COHORT_VIEW,
    Permission.ASSESSMENT_REOPEN: Permission.MARKS_VIEW,
    Permission.ASSOCIATION_EDIT: Permission.ASSOCIATION_VIEW,
    Permission.ASSOCIATION_MANAGE: Permission.ASSOCIATION_VIEW,
    Permission.CERTIFICATE_ISSUE: Permission.COHORT_VIEW,
    Permission.CERTIFICATE_PREPARE: Permission.COHORT_VIEW,
    Permission.CERTIFICATE_REVOKE: Permission.CERTIFICATE_VIEW,
    Permission.CODE_ISSUE: Permission.COHORT_VIEW,
    Permission.COHORT_MANAGE: Permission.COHORT_VIEW,
    Permission.ENROLMENT_MANAGE: Permission.COHORT_VIEW,
    Permission.GRADE_PUBLISH: Permission.GRADEBOOK_VIEW,
    Permission.HALF_DAY_MANAGE: Permission.REGISTER_VIEW,
    Permission.HALF_DAY_TAKE_OVER: Permission.REGISTER_VIEW,
    Permission.LESSON_COMPLETE: Permission.COURSE_VIEW,
    Permission.PERSON_EXPORT: Permission.PERSON_LIST,
    Permission.PERSON_MANAGE: Permission.PERSON_VIEW,
    Permission.PREREQUISITE_WAIVE: Permission.MARKS_VIEW,
    Permission.QUIZ_TAKE: Permission.COURSE_VIEW,
    Permission.REGISTER_CORRECT: Permission.REGISTER_VIEW,
    Permission.REGISTER_TAKE: Permission.REGISTER_VIEW,
    Permission.ROLE_GIVE: Permission.PERSON_VIEW,
    Permission.SCHOOL_MANAGE: Permission.SCHOOL_VIEW,
    Permission.SECOND_FACTOR_SET_UP: Permission.SECOND_FACTOR_MANAGE,
    Permission.SITE_MANAGE: Permission.SITE_VIEW,
    Permission.SUBMISSION_CREATE: Permission.COURSE_VIEW,
    Permission.SUBMISSION_GRADE: Permission.SUBMISSION_VIEW,
}


def may(actor: Actor, permission: Permission, scope: Scope | None = None) -> bool:
    """Whether any rule of the permission lets this actor through."""
    place = scope or Scope()
    return any(rule(actor, place) for rule in POLICY[permission])


def may_see(actor: Actor, permission: Permission, scope: Scope | None) -> bool:
    """Whether the actor may know that the thing exists, though not act on it."""
    if scope is None:
        return True
    seen_by = SEEN_BY.get(permission)
    return seen_by is not None and may(actor, seen_by, scope)
