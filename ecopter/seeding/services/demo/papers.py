"""The papers issued when the cohorts of the past ended, by the same act as any other paper."""

from dataclasses import replace
from datetime import date, datetime, time

from flask import current_app

from ecopter.authorization.policy import Actor
from ecopter.certificates.queries.issuing import get_issue_sheet, get_reissue_sheet
from ecopter.certificates.services.ending import reissue
from ecopter.certificates.services.issuing import Place, issue
from ecopter.db import db
from ecopter.people.models import User
from ecopter.school.models import School
from ecopter.seeding.rules.demo_files import MisspeltFile
from ecopter.seeding.services.demo.places import LoadedCohort, Loading
from ecopter.shared.dates import instant

# After the last half-day, and after the last grade is told.
SIGNING = time(20)


def load_papers(loading: Loading) -> None:
    """One paper for everyone who had earned it on the day it was issued."""
    actor = Actor(user_id=loading.users[loading.files.issued_by])
    for cohort in loading.cohorts.values():
        issued_on = cohort.dated.file.issued_on
        if issued_on is not None:
            _issue(loading, cohort, issued_on, actor)


def _issue(loading: Loading, cohort: LoadedCohort, issued_on: date, actor: Actor) -> None:
    file = cohort.dated.file
    right = {each.person: _rename(loading, each, each.family) for each in file.misspelt}
    now = _signing(loading, issued_on)
    # Whatever school this installation is: what these papers say is fiction, and so is theirs.
    school = School(**loading.files.school)
    sheet = replace(get_issue_sheet(cohort.id, now), school=school)
    kind = sheet.kinds[0]
    ready = [line.candidate.enrolment.id for line in sheet.lines(kind) if line.is_ready]
    issued = issue(sheet, kind, ready, place=_place(), actor=actor, now=now)
    for each in file.misspelt:
        _rename(loading, each, right[each.person])
        again_at = _signing(loading, each.reissued_on)
        paper_id = issued.credential_ids[ready.index(cohort.enrolments[each.person])]
        again = get_reissue_sheet(paper_id, again_at)
        again = replace(again, sheet=replace(again.sheet, school=school))
        reissue(again, each.reason, place=_place(), actor=actor, now=again_at)


def _rename(loading: Loading, misspelt: MisspeltFile, family: str) -> str:
    """Write another family name; gives the one before."""
    user = db.session.get_one(User, loading.users[misspelt.person])
    before, user.family_name_lat = user.family_name_lat, family
    db.session.flush()
    return before


def _signing(loading: Loading, day: date) -> datetime:
    return instant(day, SIGNING, loading.zone)


def _place() -> Place:
    base_url = str(current_app.config["PUBLIC_BASE_URL"]).rstrip("/")
    return Place(base_url, is_https=base_url.startswith("https://"))
