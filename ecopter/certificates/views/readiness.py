"""Who of a cohort is ready for which paper, and what is missing for whom."""

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.queries.issuing import (
    Candidate,
    IssueSheet,
    Line,
    ReadinessState,
    get_issue_sheet,
)
from ecopter.certificates.rules.eligibility import (
    Obstacle,
    Shared,
    said_above,
    shared_by_many,
)
from ecopter.certificates.rules.words import CredentialKind
from ecopter.certificates.services import issuing
from ecopter.certificates.views.issue import here
from ecopter.platform.i18n import say
from ecopter.shared.paging import Page
from ecopter.shared.text import fold
from ecopter.timetable.labels import HALF_DAY
from ecopter.ui.lists import ListState, csv_response, list_state

bp = Blueprint("readiness", __name__)

DEFAULT_SORT = "name"


@dataclass(frozen=True)
class Row:
    """One person: a line for each kind of paper, and what they alone lack for the one looked at."""

    candidate: Candidate
    lines: dict[CredentialKind, Line]
    obstacles: tuple[Obstacle, ...]
    # How many of the obstacles are said above, because many share them.
    said_above: int


@bp.get("/cohorts/<int:cohort_id>/readiness")
@requires(Permission.CERTIFICATE_PREPARE, subject=get_issue_sheet)
def show(sheet: IssueSheet) -> ResponseReturnValue:
    state = list_state(
        filters={
            "kind": [kind.value for kind in sheet.kinds],
            "state": [one.value for one in ReadinessState],
        },
        sorts=["name", "missing"],
        default_sort=DEFAULT_SORT,
    )
    kind = _kind_of(sheet, state)
    lines = {one: sheet.lines(one) for one in sheet.kinds}
    lacking = {
        line.candidate.enrolment.id: line.obstacles for line in lines[kind] if not line.is_issued
    }
    shared = shared_by_many(lacking)
    rows = _sorted(_rows(sheet, lines, kind, shared, state), state)
    if state.as_file:
        return _file(sheet, kind, rows, lacking)
    blocked = issuing.blocks(sheet, here())
    return render_template(
        "certificates/readiness/show.html",
        sheet=sheet,
        kind=kind,
        headings=[str(labels.KIND[one]) for one in sheet.kinds],
        other_kinds={
            one.value: labels.KIND[one] for one in sheet.kinds if one is not sheet.earned_kind
        },
        counts={one: _count(lines[one]) for one in sheet.kinds},
        shared=shared,
        rows=rows,
        state=state,
        page=Page(rows, 1, max(1, len(rows)), len(rows)),
        unconfirmed=[
            one for one in sheet.candidates if one.enrolment.trainee.name_confirmed_at is None
        ],
        without_arabic=[one for one in sheet.candidates if not one.enrolment.trainee.name.arabic],
        blocked=say(blocked) if blocked else "",
        pdf_advice=current_app.config["PDF_ADVICE"],
        states=ReadinessState,
        labels=labels,
        half_day_labels=HALF_DAY,
    )


def _kind_of(sheet: IssueSheet, state: ListState) -> CredentialKind:
    """The paper the page is about: the one asked for, else the one the course is followed for."""
    wanted = state.filters.get("kind")
    return sheet.kind_named(wanted) if wanted else sheet.earned_kind


def _rows(
    sheet: IssueSheet,
    lines: dict[CredentialKind, list[Line]],
    kind: CredentialKind,
    shared: tuple[Shared, ...],
    state: ListState,
) -> list[Row]:
    rows, above = [], said_above(shared)
    for position, candidate in enumerate(sheet.candidates):
        enrolment = candidate.enrolment
        of_person = {one: lines[one][position] for one in sheet.kinds}
        if state.filters.get("state") not in (None, of_person[kind].state.value):
            continue
        name = fold(f"{enrolment.trainee.name.latin} {enrolment.trainee.name.arabic}")
        if not all(word in name for word in state.words):
            continue
        found = () if of_person[kind].is_issued else of_person[kind].obstacles
        own = tuple(one for one in found if one not in above.get(enrolment.id, ()))
        rows.append(Row(candidate, of_person, own, len(found) - len(own)))
    return rows


def _sorted(rows: list[Row], state: ListState) -> list[Row]:
    """By name as the sheet gives them, or by how much is missing."""
    if state.column == "missing":
        rows.sort(key=lambda row: len(row.obstacles) + row.said_above)
    if state.is_descending:
        rows.reverse()
    return rows


def _count(lines: list[Line]) -> dict[ReadinessState, int]:
    return {state: sum(1 for line in lines if line.state is state) for state in ReadinessState}


def _file(
    sheet: IssueSheet,
    kind: CredentialKind,
    rows: list[Row],
    lacking: dict[int, tuple[Obstacle, ...]],
) -> ResponseReturnValue:
    """The same people as shown; here everything that is missing is written at each of them."""
    headings = [
        _("Name (Latin letters)"),
        _("Name (Arabic letters)"),
        *(labels.KIND[one] for one in sheet.kinds),
        _("What is missing: %(paper)s", paper=labels.KIND[kind]),
        _("Name confirmed"),
    ]
    return csv_response(
        f"readiness-{sheet.cohort.code}",
        headings,
        [
            (
                row.candidate.enrolment.trainee.name.latin,
                row.candidate.enrolment.trainee.name.arabic,
                *(_cell(row.lines[one]) for one in sheet.kinds),
                " ".join(
                    sentence
                    for sentence, _ask in labels.sentences(
                        lacking.get(row.candidate.enrolment.id, ())
                    )
                ),
                _("yes") if row.candidate.enrolment.trainee.name_confirmed_at else _("no"),
            )
            for row in rows
        ],
    )


def _cell(line: Line) -> str:
    if line.is_issued and line.paper is not None:
        return line.paper.number
    return str(labels.READINESS[line.state])
