"""Cohorts, their instructors, and enrolments with their periods."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.cohorts.rules import Category
from ecopter.curricula.models import Curriculum
from ecopter.db import Entity, text_enum
from ecopter.people.models import User
from ecopter.school.models import Site
from ecopter.shared.dates import DateSpan


class Cohort(Entity):
    """A group following one version of a curriculum between two dates."""

    __tablename__ = "cohorts"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curricula.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # Empty: the name is shown as it is in Arabic too.
    name_ar: Mapped[str] = mapped_column(String(120), default="")
    # How many places there are; None: as many as come.
    capacity: Mapped[int | None]
    # The site where the cohort is at home; each half-day names its own.
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"), index=True)
    partner: Mapped[str] = mapped_column(String(160), default="")
    funder: Mapped[str] = mapped_column(String(160), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)

    curriculum: Mapped[Curriculum] = relationship(lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")

    @property
    def names(self) -> dict[str, str]:
        """The name by language, for the filter `title_of`."""
        return {"fr": self.name, "ar": self.name_ar}


class CohortInstructor(Entity):
    """An instructor of a cohort between two dates; their rights end that evening."""

    __tablename__ = "cohort_instructors"
    __table_args__ = (UniqueConstraint("cohort_id", "user_id", "from_on"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class Enrolment(Entity):
    """A person's place in a cohort; when it is held is in its periods."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("cohort_id", "trainee_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    # What the person does in life (`rules.Category`); shown to the office only.
    category: Mapped[Category | None] = mapped_column(text_enum(Category))
    # The employer who sends the person, printed on the certificat de réalisation.
    organisation: Mapped[str] = mapped_column(String(160), default="")
    created_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    trainee: Mapped[User] = relationship(lazy="raise")
    periods: Mapped[list["EnrolmentPeriod"]] = relationship(
        order_by="EnrolmentPeriod.starts_on", lazy="raise"
    )

    @property
    def spans(self) -> list[DateSpan]:
        return [period.span for period in self.periods]


class EnrolmentPeriod(Entity):
    """From enrolment to withdrawal; whoever comes back opens a second one."""

    __tablename__ = "enrolment_periods"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        UniqueConstraint("enrolment_id", "starts_on"),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    starts_on: Mapped[date]
    # The last day of the period, included; None while it runs.
    ends_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")

    @property
    def span(self) -> DateSpan:
        return DateSpan(self.starts_on, self.ends_on)
