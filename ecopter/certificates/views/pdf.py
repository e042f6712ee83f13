"""The PDF of a paper: given when it is made, waited for until then."""

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.queries.papers import CredentialSheet, get_credential_sheet
from ecopter.certificates.rules.naming import file_name
from ecopter.certificates.services import papers
from ecopter.platform.clock import request_now

bp = Blueprint("pdf", __name__)

SECONDS_TO_WAIT = 5


@bp.get("/certificates/<int:credential_id>.pdf")
@requires(Permission.CERTIFICATE_VIEW, subject=get_credential_sheet)
def show(sheet: CredentialSheet) -> ResponseReturnValue:
    """The file; or a 202 page that a script looks after."""
    if sheet.paper is None:
        page = render_template(
            "certificates/pdf/show.html",
            sheet=sheet,
            seconds=SECONDS_TO_WAIT,
            pdf_advice=current_app.config["PDF_ADVICE"],
            labels=labels,
        )
        return page, 202
    response = make_response(papers.open_paper(sheet.paper))
    response.mimetype = "application/pdf"
    name = file_name(sheet.credential.number, sheet.words.person.latin)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    # Asked for again each time: after signing out the browser has nothing left to show.
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(sheet.paper.digest)
    return response.make_conditional(request)


@bp.post("/certificates/<int:credential_id>.pdf")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_credential_sheet)
def create(sheet: CredentialSheet) -> ResponseReturnValue:
    """Print once more what could not be printed, or was lost."""
    papers.print_again(sheet, actor=current_actor(), now=request_now())
    flash(_("The paper is being printed again."), "success")
    return redirect(url_for(".show", credential_id=sheet.credential.id), code=303)
