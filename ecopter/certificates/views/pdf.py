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
from ecopter.certificates.services import papers
from ecopter.platform.clock import request_now
from ecopter.shared.text import fold

bp = Blueprint("pdf", __name__)

SECONDS_TO_WAIT = 5


@bp.get("/certificates/<int:credential_id>.pdf")
@requires(Permission.CERTIFICATE_VIEW, subject=get_credential_sheet)
def show(sheet: CredentialSheet) -> ResponseReturnValue:
    """The file; or a 202 page that looks again by itself."""
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
    response.headers.set("Content-Disposition", "attachment", filename=_file_name(sheet))
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


def _file_name(sheet: CredentialSheet) -> str:
    """`ATT-2026-0001-ijja-tazart.pdf`: sorts by number, and says whose it is."""
    name = fold(sheet.words.person.latin)
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in name)
    parts = [sheet.credential.number, *filter(None, plain.split("-"))]
    return "-".join(parts) + ".pdf"
