"""Names and facts of papers not issued yet, on paper, to be checked by hand."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.queries.issuing import IssueSheet, get_issue_sheet
from ecopter.certificates.services.wording import person_of

bp = Blueprint("proof", __name__)


@bp.get("/cohorts/<int:cohort_id>/certificates/proof")
@requires(Permission.CERTIFICATE_PREPARE, subject=get_issue_sheet)
def show(sheet: IssueSheet) -> ResponseReturnValue:
    kind = sheet.kind_named(request.args.get("kind"))
    waiting = [line for line in sheet.lines(kind) if not line.is_issued]
    return render_template(
        "certificates/proof/show.html",
        sheet=sheet,
        kind=kind,
        # In the words the paper will use, made by what makes the paper.
        lines=[(line, person_of(line.candidate.enrolment.trainee)) for line in waiting],
        labels=labels,
    )
