"""The archive of a cohort's papers, each untouched, with their list."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.certificates.queries.bundles import BundleSheet, get_bundle
from ecopter.certificates.views.bundle import give

bp = Blueprint("bundle_zip", __name__)


@bp.get("/cohorts/<int:cohort_id>/bundles/<int:bundle_id>.zip")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_bundle, fresh=True)
def show(sheet: BundleSheet) -> ResponseReturnValue:
    return give(sheet, sheet.bundle.zip_digest, "application/zip", "zip")
