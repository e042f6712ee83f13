"""The gradebook of a cohort: trainees by lessons."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission, may
from ecopter.gradebook import labels
from ecopter.gradebook.queries import (
    PAGE_SIZE,
    BookWish,
    Cell,
    Gradebook,
    QuizCell,
    get_gradebook,
)
from ecopter.gradebook.views.cells import Cells
from ecopter.ui.lists import ListState, csv_response, list_state

bp = Blueprint("cohort", __name__)


def _state() -> ListState:
    """`?module=` narrows the columns; `?everyone=1` shows all trainees on one page."""
    return list_state(
        filters={},
        sorts=tuple(labels.ORDER),
        kept={
            "module": request.args.get("module", None, type=int),
            "everyone": 1 if request.args.get("everyone") else None,
        },
    )


def _gradebook(cohort_id: int) -> Gradebook:
    state = _state()
    return get_gradebook(
        cohort_id,
        module_id=request.args.get("module", None, type=int),
        number=state.number,
        size=None if "everyone" in state.kept or state.as_file else PAGE_SIZE,
        wish=BookWish(state.words, state.column, state.is_descending),
    )


@bp.get("/cohorts/<int:cohort_id>/gradebook")
@requires(Permission.GRADEBOOK_VIEW, subject=_gradebook)
def show(book: Gradebook) -> ResponseReturnValue:
    state = _state()
    if state.as_file:
        return _file(book)
    may_grade = may(current_actor(), Permission.SUBMISSION_GRADE, book.scope)
    return render_template(
        "gradebook/cohort/show.html",
        book=book,
        # Everyone on one page is for reading: 28,000 links would weigh more than the marks.
        cells_of=Cells(book, with_links=may_grade and not book.is_whole),
        may_grade=may_grade,
        choices=_choices(book, state),
        state=state,
        orders=labels.ORDER,
        to_publish=[
            (lesson, book.unpublished[lesson.id])
            for module in book.all_modules
            for lesson in module.lessons
            if lesson.id in book.unpublished
        ],
    )


def _file(book: Gradebook) -> Response:
    """Marks as numbers with a comma, as French spreadsheets read them; unpublished ones marked."""
    lessons = [lesson for module in book.modules for lesson in module.lessons]
    judged = [module for module in book.modules if module.competence_code]
    headings = [_("Trainee"), _("Name in Arabic")]
    if book.wish.has_figure:
        headings.append(labels.ORDER[book.wish.column])
    headings += [text for one in lessons for text in (one.code, f"{one.code} {_('Quiz')}")]
    headings += [module.competence_code for module in judged]
    rows = []
    for line in book.page.items:
        cells = [line.name.latin, line.name.arabic]
        if book.wish.has_figure:
            cells.append("" if line.figure is None else str(line.figure).replace(".", ","))
        for lesson in lessons:
            cells += [_mark(line.cells.get(lesson.id)), _answers(line.quizzes.get(lesson.id))]
        outcomes = [line.outcomes.get(module.id) for module in judged]
        rows.append([*cells, *(labels.OUTCOME[one] if one else "" for one in outcomes)])
    return csv_response(f"{book.cohort.code}-gradebook", headings, rows)


def _mark(cell: Cell | None) -> str:
    if cell is None or cell.mark is None:
        return ""
    written = f"{cell.mark:.1f}".replace(".", ",")
    return written if cell.is_published else f"{written} *"


def _answers(quiz: QuizCell | None) -> str:
    """Not a fraction: a spreadsheet would read 3/4 as a day in April."""
    return f"{quiz.right_count} ({quiz.counted})" if quiz else ""


def _choices(book: Gradebook, state: ListState) -> list[tuple[str, str, bool]]:
    """All modules, or one of them, as chips."""
    return [
        (_("All modules"), state.url(module=None), book.module_id is None),
        *(
            (module.code, state.url(module=module.id), module.id == book.module_id)
            for module in book.all_modules
        ),
    ]
