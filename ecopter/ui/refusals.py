"""A use case refuses: its sentence goes beside the field it is about."""

from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ecopter.db import db
from ecopter.platform.i18n import say
from ecopter.shared.errors import DomainError
from ecopter.ui.forms import PageForm

T = TypeVar("T")


class Outcome(Generic[T]):
    """What a use case gave, or None when the form says why it was refused."""

    def __init__(self, form: PageForm, field: str, kinds: tuple[type[DomainError], ...]) -> None:
        self.form = form
        self.field = field
        self.kinds = kinds
        self.value: T | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(problem, self.kinds):
            return False
        # Let the page keep what it loaded: a rollback would empty the objects it shows.
        db.session.expunge_all()
        db.session.rollback()
        self.value = None
        words = say(problem.sentence, **problem.values)
        self.form[self.field].errors = [*self.form[self.field].errors, words]
        return True


def refused(form: PageForm, field: str, *kinds: type[DomainError]) -> Outcome[Any]:
    """Turn a refusal of the use case into an error beside the field it is about.

    `with refused(form, "code", Invalid) as outcome: outcome.value = service(…)`; afterwards
    `outcome.value` is None when the form has to be shown again.
    """
    return Outcome(form, field, kinds)
