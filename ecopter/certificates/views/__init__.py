"""Pages for issuing papers, reading one's own, and checking anyone's."""

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState

from ecopter.certificates.documents import certificate_document
from ecopter.certificates.services import papers
from ecopter.certificates.views import (
    bundle,
    bundle_pdf,
    bundle_zip,
    credential,
    handing_over,
    issue,
    name_correction,
    pdf,
    proof,
    readiness,
    reissue,
    reprint,
    revocation,
    verification,
)

bp = Blueprint("certificates", __name__)
for child in (
    readiness,
    proof,
    issue,
    bundle,
    bundle_pdf,
    bundle_zip,
    handing_over,
    reprint,
    credential,
    pdf,
    revocation,
    reissue,
    name_correction,
    verification,
):
    bp.register_blueprint(child.bp)


@bp.record_once
def _wire(state: BlueprintSetupState) -> None:
    """The worker prints with the page that this feature lays out."""
    papers.init_app(state.app, document_of=certificate_document)
