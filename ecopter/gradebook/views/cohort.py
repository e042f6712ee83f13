"""The gradebook of a cohort: trainees by lessons."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission, may
from ecopter.gradebook.queries import PAGE_SIZE, Gradebook, get_gradebook
from ecopter.gradebook.views.cells import Cells
from ecopter.ui.lists import page_number

bp = Blueprint("cohort", __name__)


def _gradebook(cohort_id: int) -> Gradebook:
    """`?module=` narrows the columns; `?everyone=1` shows all trainees on one page."""
    return get_gradebook(
        cohort_id,
        module_id=request.args.get("module", None, type=int),
        number=page_number(),
        size=None if request.args.get("everyone") else PAGE_SIZE,
    )


@bp.get("/cohorts/<int:cohort_id>/gradebook")
@requires(Permission.GRADEBOOK_VIEW, subject=_gradebook)
def show(book: Gradebook) -> ResponseReturnValue:
    may_grade = may(current_actor(), Permission.SUBMISSION_GRADE, book.scope)
    return render_template(
        "gradebook/cohort/show.html",
        book=book,
        # Everyone on one page is for reading: 28,000 links would weigh more than the marks.
        cells_of=Cells(book, with_links=may_grade and not book.is_whole),
        may_grade=may_grade,
        choices=_choices(book),
        to_publish=[
            (lesson, book.unpublished[lesson.id])
            for module in book.all_modules
            for lesson in module.lessons
            if lesson.id in book.unpublished
        ],
    )


def _choices(book: Gradebook) -> list[tuple[str, str, bool]]:
    """All modules, or one of them, as chips."""
    here = book.cohort.id
    return [
        (_("All modules"), url_for(".show", cohort_id=here), book.module_id is None),
        *(
            (
                module.code,
                url_for(".show", cohort_id=here, module=module.id),
                module.id == book.module_id,
            )
            for module in book.all_modules
        ),
    ]
