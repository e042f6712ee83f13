"""The papers of one person, with the codes that prove them."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.queries.outlook import Outlook, get_outlook
from ecopter.certificates.rules.codes import with_dashes

bp = Blueprint("credential", __name__)


@bp.get("/path/<int:enrolment_id>/certificates")
@requires(Permission.CERTIFICATE_VIEW, subject=get_outlook)
def index(own: Outlook) -> ResponseReturnValue:
    return render_template(
        "certificates/credential/index.html", own=own, labels=labels, with_dashes=with_dashes
    )
