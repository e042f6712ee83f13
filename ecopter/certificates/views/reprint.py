"""Every paper of a cohort that could not be printed, tried once more."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.certificates.queries.issuing import IssueSheet, get_issue_sheet
from ecopter.certificates.services import papers
from ecopter.platform.clock import request_now

bp = Blueprint("reprint", __name__)


@bp.post("/cohorts/<int:cohort_id>/certificates/reprint")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_issue_sheet)
def create(sheet: IssueSheet) -> ResponseReturnValue:
    count = papers.print_failed(sheet.cohort.id, actor=current_actor(), now=request_now())
    if count:
        words = ngettext(
            "%(num)s paper is being printed again.",
            "%(num)s papers are being printed again.",
            count,
        )
        flash(words, "success")
    else:
        flash(_("No paper waits for that: all of them are printed or on their way."), "info")
    kind = sheet.kind_named(request.args.get("kind"))
    where = url_for("certificates.issue.show", cohort_id=sheet.cohort.id, kind=kind.value)
    return redirect(where, code=303)
