"""One file for the printer: every paper of a cohort, in the order of the list."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.certificates.queries.bundles import BundleSheet, get_bundle
from ecopter.certificates.views.bundle import give

bp = Blueprint("bundle_pdf", __name__)


@bp.get("/cohorts/<int:cohort_id>/bundles/<int:bundle_id>.pdf")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_bundle, fresh=True)
def show(sheet: BundleSheet) -> ResponseReturnValue:
    return give(sheet, sheet.bundle.pdf_digest, "application/pdf", "pdf")
