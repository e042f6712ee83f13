"""Every act of the school, done once: a form found on a page, filled in and sent.

Most forms need nothing said about them. `HELP` names, for the others, the page where the form
stands, what only a person would know to write, or what has to have happened before.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from ecopter.assessment.models import Grade
from ecopter.associations.models import Mandate
from ecopter.authorization.policy import Actor
from ecopter.certificates.rules.words import CredentialKind
from ecopter.certificates.services import bundles
from ecopter.cohorts.models import Cohort, CohortInstructor
from ecopter.curricula.models import Curriculum, Module
from ecopter.db import db
from ecopter.people.models import User, UserRole
from ecopter.people.services import codes
from ecopter.platform.jobs import Job, JobState
from tests.attack.forms import Form, Sent, as_it_stands, fillings, forms_of
from tests.attack.stand import ROLES, Rows, Stand, differences
from tests.clock import NOW, TODAY
from tests.factories.certificates import make_finished_cohort
from tests.factories.curricula import make_module
from tests.factories.timetable import make_training_session
from tests.people.test_signing_in import PASSWORD

Scene = Callable[[Stand], Mapping[str, Any] | None]
REFUSED = "door.refused"


@dataclass(frozen=True)
class Help:
    """What a form needs beyond what its page says; all of it optional.

    `scene` runs on the database and returns things to name in addresses in place of ours, and
    hints under the key "hints"; `after` is another act to do first; `page` is the view (with a
    query) where the form stands once that has happened.
    """

    page: str = ""
    query: str = ""
    role: str = ""
    hints: Mapping[str, Any] = field(default_factory=dict)
    scene: Scene | None = None
    after: str = ""


@dataclass
class Done:
    """An act that succeeded: how, and what it changed."""

    endpoint: str
    role: str
    page: str
    address: str
    sent: Sent
    fields: set[str]
    answer: TestResponse
    changed: dict[str, Any]

    @property
    def events(self) -> list[tuple[Any, ...]]:
        """Rows of the audit trail, oldest first: (sequence, at, actor, action, kind, id, …)."""
        new = self.changed.get("audit_events", {}).get("new", ())
        return sorted(row for row in new if row[3] != REFUSED)


@dataclass
class Acts:
    """All acts of a stand; pages are read once for all of them."""

    stand: Stand
    found: dict[str, list[tuple[str, Form]]]
    # Pages read to find the forms, and the tables that this changed: none should.
    read: int = 0
    written_by_reading: list[str] = field(default_factory=list)
    refusals: dict[str, list[str]] = field(default_factory=dict)
    # What the last scene named in the place of ours.
    where: Mapping[str, Any] = field(default_factory=dict)
    # Every row as it was when the last scene was set.
    before: Rows = field(default_factory=dict)

    def prepare(self, endpoint: str) -> list[tuple[str, Form, Mapping[str, Any]]]:
        """Put the school back, set the scene, and give the forms that send to that view."""
        self.stand.put_back()
        need = HELP.get(endpoint, Help())
        hints = dict(need.hints)
        where: dict[str, Any] = {}
        if need.after:
            if self.do(need.after) is None:
                return []
            where = dict(self.where)
        if need.scene is not None:
            with self.stand.app.app_context():
                where = dict(need.scene(self.stand) or {})
                db.session.commit()
                db.session.remove()
        hints |= where.pop("hints", {})
        self.where = where
        if not need.page:
            known = [one for one in self.found.get(endpoint, []) if need.role in ("", one[0])]
            return [(role, form, hints) for role, form in known]
        address = self.stand.url(need.page, **where) + need.query
        roles = [need.role] if need.role else list(ROLES)
        return [
            (role, form, hints)
            for role in roles
            for form in self.forms_at(role, address)
            if self.goes_to(form, endpoint)
        ]

    def forms_at(self, role: str, address: str) -> list[Form]:
        answer = self.stand.get(role, address)
        return forms_of(address, answer.text) if answer.mimetype == "text/html" else []

    def goes_to(self, form: Form, endpoint: str) -> bool:
        return any(self.stand.endpoint(address) == endpoint for address, _e in form.sendings())

    def do(self, endpoint: str) -> Done | None:
        """The first way that succeeds; the school is left as the act made it."""
        ways = self.prepare(endpoint)
        self.before = self.stand.rows()
        said = self.refusals[endpoint] = [f"{len(ways)} forms"]
        for role, form, hints in ways:
            for filling in fillings(form, hints):
                for address, button in form.sendings():
                    if self.stand.endpoint(address) != endpoint:
                        continue
                    done = self.send(endpoint, role, form, address, filling + button)
                    if done.events:
                        return done
                    errors = re.findall(r'id="([\w-]+)-error"', done.answer.text)
                    said.append(f"{role} {done.answer.status_code} {errors}")
                    if done.changed:
                        self.stand.put_back()
                        ways = self.prepare(endpoint)
        return None

    def send(self, endpoint: str, role: str, form: Form, address: str, sent: Sent) -> Done:
        """Send it; when the page comes back to be agreed to, agree."""
        page, fields = form.page, {control.name for control in form.controls}
        for _step in range(2):
            answer = self.stand.post(role, address, sent, page=page)
            changed = differences(self.before, self.stand.rows())
            fields |= {name for name, _value in sent}
            done = Done(endpoint, role, page, address, sent, fields, answer, changed)
            if done.events or answer.status_code not in {200, 422}:
                break
            again = [
                one
                for one in forms_of(page, answer.text)
                if self.goes_to(one, endpoint) and answer.mimetype == "text/html"
            ]
            if not again:
                break
            fields |= {control.name for control in again[0].controls}
            [(address, button), *_others] = [
                one for one in again[0].sendings() if self.stand.endpoint(one[0]) == endpoint
            ]
            sent = as_it_stands(again[0]) + button
        return done

    def repeat(self, done: Done, extra: Sent = ()) -> Done:
        """The same once more on the school as it was, with further fields."""
        self.prepare(done.endpoint)
        before = self.stand.rows()
        answer = self.stand.post(done.role, done.address, [*done.sent, *extra], page=done.page)
        changed = differences(before, self.stand.rows())
        return Done(
            done.endpoint,
            done.role,
            done.page,
            done.address,
            [*done.sent, *extra],
            done.fields,
            answer,
            changed,
        )


def read_all(stand: Stand, roles: Sequence[str] = ROLES) -> Acts:
    """Read every page as every role; the trail of refused doors is kept whatever the answer."""
    before = stand.rows()
    found = stand.forms(roles)
    written = differences(before, stand.rows(), but={"audit_events"})
    return Acts(stand, found, len(roles) * len(stand.rules("GET")), sorted(written))


def do_all(stand: Stand) -> tuple[Acts, dict[str, Done]]:
    """Every view that changes something, tried; those that were done, and how."""
    acts = read_all(stand)
    tried = {name: acts.do(name) for name in sorted({r.endpoint for r in stand.rules("POST")})}
    stand.put_back()
    return acts, {name: done for name, done in tried.items() if done is not None}


# Scenes: what has to be so before a form is offered.


def _graded_no_longer(_stand: Stand) -> None:
    db.session.execute(update(Grade).values(submission_id=None))
    db.session.execute(delete(Grade))


def _held(who: str, in_days: int) -> Scene:
    """A half-day of the cohort that someone teaches, so many days from now."""

    def scene(stand: Stand) -> Mapping[str, Any]:
        instructor = db.session.get_one(User, stand.users[who])
        theirs = CohortInstructor.user_id == instructor.id
        cohort = db.session.scalars(db.select(Cohort).join(CohortInstructor).where(theirs)).one()
        day = TODAY + timedelta(days=in_days)
        held = make_training_session(cohort, day, instructors=(instructor,))
        return {"training_session_id": held.id}

    return scene


def _running(table: type[UserRole] | type[Mandate]) -> Scene:
    def scene(_stand: Stand) -> None:
        db.session.execute(update(table).values(until_on=None))

    return scene


def _code(stand: Stand) -> Mapping[str, Any]:
    user = db.session.get_one(User, stand.users["trainee"])
    issued = codes.issue_code(user, actor=Actor(), now=NOW)
    return {
        "hints": {
            "sign_in_name": user.sign_in_name,
            "code": issued.code,
            "password": "trois figuiers et un puits",
        }
    }


def _named(stand: Stand) -> Mapping[str, Any]:
    user = db.session.get_one(User, stand.users["trainee"])
    return {"hints": {"sign_in_name": user.sign_in_name, "password": PASSWORD}}


def _finished(_stand: Stand) -> Mapping[str, Any]:
    finished = make_finished_cohort(1, school=False)
    return {"cohort_id": finished.cohort.id}


def _issued(_stand: Stand) -> Mapping[str, Any]:
    finished = make_finished_cohort(1, school=False)
    finished.issue()
    [credential] = finished.credentials()
    return {"cohort_id": finished.cohort.id, "credential_id": credential.id}


def _jammed(stand: Stand) -> Mapping[str, Any]:
    where = dict(_issued(stand))
    asked = bundles.ask(
        where["cohort_id"],
        CredentialKind.ATTESTATION,
        actor=Actor(user_id=stand.users["administrator"]),
        now=NOW,
    )
    db.session.execute(update(Job).values(state=JobState.FAILED, attempts=5))
    return where | {"bundle_id": asked}


def _new_wording(_stand: Stand) -> None:
    db.session.execute(update(User).values(privacy_notice_of=date(2020, 1, 1)))


def _module_that_waits(stand: Stand) -> Mapping[str, Any]:
    curriculum = db.session.get_one(Curriculum, stand.address["curriculum_id"])
    first = db.session.get_one(Module, stand.address["module_id"])
    waits = make_module(curriculum, code="M77", position=77, prerequisites=[first.code])
    return {"module_id": waits.id}


def _module_to_plan(stand: Stand) -> Mapping[str, Any]:
    return {"hints": {"module": str(stand.address["module_id"])}}


IN_A_WEEK = (TODAY + timedelta(days=7)).isoformat()
HELP: dict[str, Help] = {
    "assessment.grading.update": Help(hints={"excused": None}),
    "assessment.reopening.create": Help(
        page="assessment.reopening.new", query="?work=exercise", role="administrator"
    ),
    "assessment.submission.create": Help(
        page="assessment.submission.new", role="trainee", scene=_graded_no_longer
    ),
    "associations.mandate.create": Help(
        page="associations.mandate.new", query="?q=Chama", role="administrator"
    ),
    "associations.mandate.delete": Help(
        page="associations.mandate.edit",
        role="administrator",
        scene=_running(Mandate),
        hints={"last_day": TODAY.isoformat()},
    ),
    "attendance.absence.create": Help(
        hints={"first_day": IN_A_WEEK, "last_day": IN_A_WEEK, "note": "Rendez-vous"}
    ),
    "attendance.correction.create": Help(
        hints={"status": "present", "excuse_category": "", "excuse_note": ""}
    ),
    "attendance.register.update": Help(
        page="attendance.register.edit", role="instructor", scene=_held("instructor", 0)
    ),
    "certificates.bundle.update": Help(
        page="certificates.bundle.show", role="administrator", scene=_jammed
    ),
    "certificates.issue.create": Help(
        page="certificates.issue.show", role="administrator", scene=_finished
    ),
    "certificates.name_correction.create": Help(
        page="certificates.name_correction.new",
        role="administrator",
        scene=_issued,
        hints={"family_name_lat": "Taẓart"},
    ),
    "certificates.pdf.create": Help(
        page="certificates.pdf.show", role="administrator", scene=_jammed
    ),
    "certificates.reissue.create": Help(
        page="certificates.reissue.new", role="administrator", scene=_issued
    ),
    "certificates.reprint.create": Help(
        page="certificates.issue.show", role="administrator", scene=_jammed
    ),
    "cohorts.instructor.create": Help(
        page="cohorts.instructor.new", query="?q=Chama", role="administrator"
    ),
    "cohorts.restart.create": Help(
        page="cohorts.restart.new",
        role="administrator",
        after="cohorts.withdrawal.create",
        hints={"first_day": IN_A_WEEK},
    ),
    "cohorts.roster.create": Help(hints={"text": "Idir;Amalou\nTafat;Ouali", "file": None}),
    "learning.completion.delete": Help(
        page="learning.lesson.show", role="trainee", after="learning.completion.create"
    ),
    "learning.waiver.create": Help(
        page="learning.module.show", role="instructor", scene=_module_that_waits
    ),
    "notices.notice.update": Help(
        page="notices.notice.index", role="trainee", after="assessment.publication.create"
    ),
    "people.code.create": Help(role="stranger", scene=_named),
    "people.deactivation.delete": Help(
        page="people.deactivation.edit",
        role="administrator",
        after="people.deactivation.create",
    ),
    "people.invitation.create": Help(page="people.person.show", role="administrator"),
    "people.password.create": Help(role="stranger", scene=_code),
    "people.privacy.update": Help(page="people.privacy.show", role="trainee", scene=_new_wording),
    "people.role.delete": Help(
        page="people.role.edit",
        role="administrator",
        scene=_running(UserRole),
        hints={"last_day": TODAY.isoformat()},
    ),
    "people.sign_in.create": Help(role="stranger", scene=_named),
    "school.logo.delete": Help(
        page="school.logo.edit", role="administrator", after="school.logo.update"
    ),
    "school.room.update": Help(hints={"name": "Salle du safran"}),
    "school.settings.update": Help(hints={"legal_name": "École nouvelle"}),
    "school.site.update": Help(hints={"name_fr": "Nouveau site"}),
    "timetable.cancellation.create": Help(
        page="timetable.cancellation.new", role="administrator", scene=_held("instructor", 8)
    ),
    "timetable.cancellation.delete": Help(
        page="timetable.half_day.show",
        role="administrator",
        after="timetable.cancellation.create",
    ),
    "timetable.holiday.update": Help(hints={"held_on": IN_A_WEEK}),
    "timetable.move.create": Help(
        page="timetable.move.new",
        role="administrator",
        scene=_held("instructor", 8),
        hints={"held_on": (TODAY + timedelta(days=9)).isoformat()},
    ),
    "timetable.series.create": Help(
        page="timetable.series.new",
        role="administrator",
        scene=_module_to_plan,
        hints={"weekdays": ["1"], "afternoon": None},
    ),
    "timetable.substitution.create": Help(
        page="timetable.substitution.new", role="administrator", scene=_held("instructor", 8)
    ),
    "timetable.takeover.create": Help(
        page="timetable.takeover.new", role="instructor", scene=_held("other instructor", 8)
    ),
}
