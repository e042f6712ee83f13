"""Showing the grades of one lesson to a cohort, in one act."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ecopter.assessment.queries.grading import Publication, get_publication
from ecopter.assessment.services.grading import publish
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.ui.addresses import safe_next

bp = Blueprint("publication", __name__)


@bp.post("/cohorts/<int:cohort_id>/lessons/<int:lesson_id>/publication")
@requires(Permission.GRADE_PUBLISH, subject=get_publication)
def create(publication: Publication) -> ResponseReturnValue:
    count = publish(publication, actor=current_actor(), now=request_now())
    if count:
        words = ngettext("%(num)s grade published.", "%(num)s grades published.", count)
        flash(words, "success")
    else:
        flash(_("Every grade of this lesson was published already."), "info")
    back = url_for(
        "assessment.observation.edit",
        cohort_id=publication.cohort.id,
        lesson_id=publication.lesson.id,
    )
    return redirect(safe_next(request.form.get("next"), back), code=303)
