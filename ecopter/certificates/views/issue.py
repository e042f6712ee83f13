"""Who of a cohort may have which paper, and issuing it to those chosen."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.forms import IssueForm
from ecopter.certificates.queries.issuing import IssueSheet, get_issue_sheet
from ecopter.certificates.rules.codes import with_dashes
from ecopter.certificates.rules.eligibility import said_above, shared_by_many
from ecopter.certificates.rules.words import CredentialKind
from ecopter.certificates.services import issuing
from ecopter.certificates.services.issuing import Place
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import say
from ecopter.shared.errors import NotFound
from ecopter.timetable.labels import HALF_DAY

bp = Blueprint("issue", __name__, url_prefix="/cohorts/<int:cohort_id>/certificates")


@bp.get("")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_issue_sheet, fresh=True)
def show(sheet: IssueSheet) -> ResponseReturnValue:
    return _page(sheet, IssueForm(formdata=None), None)


@bp.post("")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_issue_sheet, fresh=True)
def create(sheet: IssueSheet) -> ResponseReturnValue:
    form = IssueForm()
    if not form.validate():
        return _page(sheet, form, frozenset(form.people.data or ())), 422
    kind = _asked(sheet)
    issued = issuing.issue(
        sheet,
        kind,
        frozenset(form.people.data or ()),
        place=here(),
        actor=current_actor(),
        now=request_now(),
    )
    if issued.count:
        flash(ngettext("%(num)s paper issued.", "%(num)s papers issued.", issued.count), "success")
    if issued.already:
        flash(
            ngettext(
                "%(num)s person had theirs already: nothing was issued twice.",
                "%(num)s people had theirs already: nothing was issued twice.",
                issued.already,
            ),
            "info",
        )
    where = url_for(".show", cohort_id=sheet.cohort.id, kind=kind.value)
    return redirect(where, code=303)


def _asked(sheet: IssueSheet) -> CredentialKind:
    """The kind of paper to issue; one that the cohort does not give is never taken for another."""
    wanted = request.args.get("kind")
    kind = sheet.kind_named(wanted)
    if wanted not in (None, kind.value):
        raise NotFound
    return kind


def here() -> Place:
    """The address printed on papers: the public one, or in the demonstration this machine's own."""
    settings = current_app.config["SETTINGS"]
    public = current_app.config["PUBLIC_BASE_URL"]
    return Place((public or request.host_url).rstrip("/"), settings.is_https)


def _page(sheet: IssueSheet, form: IssueForm, chosen: frozenset[int] | None) -> str:
    """`chosen` are those ticked before; None: those suggested."""
    kind = sheet.kind_named(request.args.get("kind"))
    blocked = issuing.blocks(sheet, here())
    lines = sheet.lines(kind)
    shared = shared_by_many(
        {line.candidate.enrolment.id: line.obstacles for line in lines if not line.is_issued}
    )
    return render_template(
        "certificates/issue/show.html",
        sheet=sheet,
        kind=kind,
        lines=lines,
        shared=shared,
        above=said_above(shared),
        form=form,
        chosen=chosen,
        blocked=say(blocked) if blocked else "",
        pdf_advice=current_app.config["PDF_ADVICE"],
        labels=labels,
        half_day_labels=HALF_DAY,
        with_dashes=with_dashes,
    )
