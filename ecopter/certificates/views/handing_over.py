"""The list that people sign when they are given their papers."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.queries.issuing import IssueSheet, get_issue_sheet

bp = Blueprint("handing_over", __name__)


@bp.get("/cohorts/<int:cohort_id>/certificates/handing-over")
@requires(Permission.CERTIFICATE_PREPARE, subject=get_issue_sheet)
def show(sheet: IssueSheet) -> ResponseReturnValue:
    kind = sheet.kind_named(request.args.get("kind"))
    lines = sheet.lines(kind)
    return render_template(
        "certificates/handing_over/show.html",
        sheet=sheet,
        kind=kind,
        issued=[line for line in lines if line.is_issued],
        without=[line for line in lines if not line.is_issued],
        labels=labels,
    )
