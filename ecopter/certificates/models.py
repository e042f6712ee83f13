"""Credentials issued, their numbers, the papers made of them, and revocations."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.certificates.rules.words import CredentialKind
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.db import Entity, text_enum


class NumberSeries(Entity):
    """The next number of a series ("2026", "DEMO-2026"); locked while numbers are taken."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    next_number: Mapped[int] = mapped_column(default=1)


class Credential(Entity):
    """One paper's frozen words. One live paper for each enrolment and kind."""

    __tablename__ = "credentials"
    __table_args__ = (
        Index(
            "uq_credentials_live",
            "enrolment_id",
            "kind",
            unique=True,
            sqlite_where=text("is_live"),
            postgresql_where=text("is_live"),
        ),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    kind: Mapped[CredentialKind] = mapped_column(text_enum(CredentialKind))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    # 16 base32 characters, 80 bits.
    code: Mapped[str] = mapped_column(String(16), unique=True)
    words: Mapped[dict[str, Any]]
    # SHA-256 of the canonical words.
    fingerprint: Mapped[str] = mapped_column(String(64))
    issued_on: Mapped[date]
    # Kept by a reissue: the day the paper was first earned.
    first_issued_on: Mapped[date]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    issued_at: Mapped[datetime]
    # False once revoked or superseded.
    is_live: Mapped[bool] = mapped_column(default=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("credentials.id"), unique=True)

    enrolment: Mapped[Enrolment] = relationship(lazy="raise")
    revocation: Mapped["Revocation | None"] = relationship(lazy="raise")
    paper: Mapped["Paper | None"] = relationship(lazy="raise")


class Revocation(Entity):
    """A paper that no longer stands: revoked with a reason, or superseded by a reissue."""

    __tablename__ = "revocations"

    credential_id: Mapped[int] = mapped_column(ForeignKey("credentials.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(300))
    revoked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime]


class Paper(Entity):
    """The PDF made of a credential by the worker; its bytes are in the file store."""

    __tablename__ = "papers"

    credential_id: Mapped[int] = mapped_column(ForeignKey("credentials.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    rendered_at: Mapped[datetime]


class Bundle(Entity):
    """The papers of a cohort together: one PDF for the printer, one ZIP with its list."""

    __tablename__ = "bundles"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    kind: Mapped[CredentialKind] = mapped_column(text_enum(CredentialKind))
    # Ids of the papers, in the order of the list.
    credential_ids: Mapped[list[Any]]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    # Digests in the file store, both empty until the worker has made them.
    pdf_digest: Mapped[str] = mapped_column(String(64), default="")
    zip_digest: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
