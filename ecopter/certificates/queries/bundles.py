"""The papers of a cohort together: what a bundle holds, and how far it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ecopter.authorization.policy import Scope
from ecopter.certificates.models import Bundle, Credential, Paper
from ecopter.certificates.queries.papers import JOB_KEY
from ecopter.certificates.rules.words import CredentialKind
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform.jobs import Job, JobState
from ecopter.shared.errors import NotFound

# The key of the job that makes a bundle is this and its id.
BUNDLE_KEY = "bundle:"


@dataclass(frozen=True)
class BundleSheet:
    """A bundle and how many of its papers are printed."""

    bundle: Bundle
    printed: int
    is_failed: bool

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.bundle.cohort_id)

    @property
    def cohort(self) -> Cohort:
        return self.bundle.cohort

    @property
    def count(self) -> int:
        return len(self.bundle.credential_ids)

    @property
    def is_made(self) -> bool:
        return bool(self.bundle.zip_digest)


def get_bundle(cohort_id: int, bundle_id: int) -> BundleSheet:
    """Two queries. Raises NotFound when there is none, or when it is of another cohort."""
    row = db.session.execute(
        select(Bundle, Job.state)
        .outerjoin(Job, Job.key == f"{BUNDLE_KEY}{bundle_id}")
        .options(joinedload(Bundle.cohort))
        .where(Bundle.id == bundle_id, Bundle.cohort_id == cohort_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    bundle, state = row
    printed = db.session.scalars(
        select(Paper.id).where(Paper.credential_id.in_(bundle.credential_ids))
    ).all()
    return BundleSheet(bundle, len(printed), state is JobState.FAILED)


def find_bundle(bundle_id: int) -> Bundle | None:
    return db.session.get(Bundle, bundle_id)


def find_bundle_job(bundle_id: int) -> Job | None:
    return db.session.scalar(select(Job).where(Job.key == f"{BUNDLE_KEY}{bundle_id}"))


def language_of(user_id: int) -> str:
    """The language somebody reads in; empty when they never chose."""
    return db.session.scalar(select(User.language).where(User.id == user_id)) or ""


@dataclass(frozen=True)
class Bound:
    """A credential with the PDF made of it."""

    credential: Credential
    paper: Paper | None


def list_bound(credential_ids: Collection[int]) -> list[Bound]:
    """Credentials with their papers, in the order of the ids; one query."""
    rows = db.session.execute(
        select(Credential, Paper)
        .outerjoin(Paper, Paper.credential_id == Credential.id)
        .where(Credential.id.in_(credential_ids))
    ).all()
    found = {credential.id: Bound(credential, paper) for credential, paper in rows}
    return [found[one] for one in credential_ids if one in found]


def get_printed(credential_id: int) -> Bound:
    """One of them. Raises NotFound."""
    bound = list_bound([credential_id])
    if not bound:
        raise NotFound
    return bound[0]


def live_in_list_order(cohort_id: int, kind: CredentialKind) -> Sequence[int]:
    """Ids of the papers of a kind that stand, by family name; one query."""
    rows = db.session.execute(
        select(Credential.id, User)
        .join(Enrolment, Enrolment.id == Credential.enrolment_id)
        .join(User, User.id == Enrolment.trainee_id)
        .where(Enrolment.cohort_id == cohort_id, Credential.kind == kind, Credential.is_live)
        .order_by(Enrolment.id)
    )
    in_order = sorted(rows, key=lambda row: row.User.name.place_in_list)
    return [row.id for row in in_order]


def failed_of_cohort(cohort_id: int) -> Sequence[int]:
    """Ids of the credentials of a cohort whose PDF could not be made; one query."""
    keys = db.session.scalars(
        select(Job.key).where(Job.key.startswith(JOB_KEY), Job.state == JobState.FAILED)
    )
    ids = [int(key.removeprefix(JOB_KEY)) for key in keys]
    return db.session.scalars(
        select(Credential.id)
        .join(Enrolment, Enrolment.id == Credential.enrolment_id)
        .outerjoin(Paper, Paper.credential_id == Credential.id)
        .where(Enrolment.cohort_id == cohort_id, Credential.id.in_(ids), Paper.id.is_(None))
        .order_by(Credential.id)
    ).all()


@dataclass(frozen=True)
class ToPrint:
    credential_id: int
    number: str
    kind: CredentialKind
    paper: Paper | None


def list_to_print(cohort_code: str | None, kind: CredentialKind | None) -> list[ToPrint]:
    """Papers without a PDF; of a cohort, all of its papers that stand. One query.

    Raises NotFound when no cohort has this code.
    """
    chosen = (
        select(Credential.id, Credential.number, Credential.kind, Paper)
        .outerjoin(Paper, Paper.credential_id == Credential.id)
        .order_by(Credential.id)
    )
    if kind is not None:
        chosen = chosen.where(Credential.kind == kind)
    if cohort_code is None:
        chosen = chosen.where(Paper.id.is_(None))
    else:
        cohort_id = db.session.scalar(select(Cohort.id).where(Cohort.code == cohort_code))
        if cohort_id is None:
            raise NotFound
        of_cohort = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
        chosen = chosen.where(Credential.enrolment_id.in_(of_cohort), Credential.is_live)
    return [ToPrint(*row) for row in db.session.execute(chosen)]
