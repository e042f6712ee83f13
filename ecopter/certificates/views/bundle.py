"""All papers of a cohort in one file for the printer, and in an archive with its list."""

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
from ecopter.certificates.queries.bundles import BundleSheet, get_bundle
from ecopter.certificates.queries.issuing import IssueSheet, get_issue_sheet
from ecopter.certificates.services import bundles
from ecopter.platform.clock import request_now
from ecopter.shared.errors import NotFound

bp = Blueprint("bundle", __name__, url_prefix="/cohorts/<int:cohort_id>/bundles")

SECONDS_TO_WAIT = 4


@bp.post("")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_issue_sheet, fresh=True)
def create(sheet: IssueSheet) -> ResponseReturnValue:
    wanted = request.args.get("kind")
    kind = sheet.kind_named(wanted)
    if wanted not in (None, kind.value):
        raise NotFound
    bundle_id = bundles.ask(sheet.cohort.id, kind, actor=current_actor(), now=request_now())
    return redirect(url_for(".show", cohort_id=sheet.cohort.id, bundle_id=bundle_id), code=303)


@bp.get("/<int:bundle_id>")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_bundle)
def show(sheet: BundleSheet) -> ResponseReturnValue:
    """Two links; or, until the files are made, a 202 page that a script looks after."""
    page = render_template(
        "certificates/bundle/show.html",
        sheet=sheet,
        seconds=SECONDS_TO_WAIT,
        pdf_advice=current_app.config["PDF_ADVICE"],
        labels=labels,
    )
    return page, 200 if sheet.is_made else 202


@bp.post("/<int:bundle_id>")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_bundle, fresh=True)
def update(sheet: BundleSheet) -> ResponseReturnValue:
    """Once more, after a failure."""
    bundles.ask_again(sheet, actor=current_actor(), now=request_now())
    flash(_("The papers are being put together again."), "success")
    where = url_for(".show", cohort_id=sheet.cohort.id, bundle_id=sheet.bundle.id)
    return redirect(where, code=303)


def give(sheet: BundleSheet, digest: str, kind: str, ending: str) -> ResponseReturnValue:
    """One of the two files; there is none before both are made."""
    if not digest:
        raise NotFound
    response = make_response(bundles.open_file(digest))
    response.mimetype = kind
    name = f"{sheet.cohort.code}-{sheet.bundle.kind.value}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(digest)
    return response.make_conditional(request)
