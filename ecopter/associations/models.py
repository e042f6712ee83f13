"""Tables of associations and of the dated mandates of their leaders."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.associations.rules import Activity, AssociationStatus, Office
from ecopter.db import Entity, text_enum
from ecopter.people.models import User
from ecopter.shared.dates import DateSpan


class Association(Entity):
    """A migrant association: only what is public about it, no list of its members."""

    __tablename__ = "associations"

    name: Mapped[str] = mapped_column(String(160), unique=True)
    name_ar: Mapped[str] = mapped_column(String(160), default="")
    # `associations.rules.DEPARTMENTS`
    department: Mapped[str] = mapped_column(String(3), index=True)
    town: Mapped[str] = mapped_column(String(120), default="")
    # Number in the French register of associations: W and nine digits.
    rna: Mapped[str] = mapped_column(String(20), default="")
    founded_in: Mapped[int | None]
    member_count: Mapped[int | None]
    activity: Mapped[Activity | None] = mapped_column(text_enum(Activity))
    commune: Mapped[str] = mapped_column(String(120), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[AssociationStatus] = mapped_column(
        text_enum(AssociationStatus), default=AssociationStatus.CONTACT
    )
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    mandates: Mapped[list["Mandate"]] = relationship(
        back_populates="association", order_by="Mandate.from_on", lazy="raise"
    )

    @property
    def names(self) -> dict[str, str]:
        """The name by language, for the filter `title_of`."""
        return {"fr": self.name, "ar": self.name_ar}


class Mandate(Entity):
    """A person leads an association between two dates; their rights end that evening."""

    __tablename__ = "mandates"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="until_after_from"),
    )

    association_id: Mapped[int] = mapped_column(ForeignKey("associations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    office: Mapped[Office] = mapped_column(text_enum(Office))
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    association: Mapped[Association] = relationship(back_populates="mandates", lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")

    @property
    def span(self) -> DateSpan:
        return DateSpan(self.from_on, self.until_on)
