"""Revoking a paper, with a reason that everyone who checks it reads."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.forms import RevocationForm
from ecopter.certificates.queries.papers import CredentialSheet, get_credential_sheet
from ecopter.certificates.services import ending
from ecopter.platform.clock import request_now

bp = Blueprint("revocation", __name__, url_prefix="/certificates/<int:credential_id>/revocation")


@bp.get("")
@requires(Permission.CERTIFICATE_REVOKE, subject=get_credential_sheet, fresh=True)
def new(sheet: CredentialSheet) -> ResponseReturnValue:
    return _page(sheet, RevocationForm())


@bp.post("")
@requires(Permission.CERTIFICATE_REVOKE, subject=get_credential_sheet, fresh=True)
def create(sheet: CredentialSheet) -> ResponseReturnValue:
    form = RevocationForm()
    if not form.validate():
        return _page(sheet, form), 422
    ending.revoke(sheet, form.reason.data or "", actor=current_actor(), now=request_now())
    flash(_("Paper %(number)s is revoked.", number=sheet.credential.number), "success")
    return redirect(back_to(sheet), code=303)


def back_to(sheet: CredentialSheet) -> str:
    """The issue page of the cohort, at the kind of this paper."""
    return url_for(
        "certificates.issue.show",
        cohort_id=sheet.credential.enrolment.cohort_id,
        kind=sheet.credential.kind.value,
    )


def _page(sheet: CredentialSheet, form: RevocationForm) -> str:
    return render_template(
        "certificates/revocation/new.html",
        sheet=sheet,
        form=form,
        back_url=back_to(sheet),
        labels=labels,
    )
