"""Reading the school's own row."""

from sqlalchemy import select

from ecopter.db import db
from ecopter.school.models import School


def find_school() -> School | None:
    return db.session.scalar(select(School).order_by(School.id).limit(1))
