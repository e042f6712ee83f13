"""A word to everyone in a cohort."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts import services
from ecopter.cohorts.forms import AnnouncementForm
from ecopter.cohorts.queries import Audience, get_audience
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict
from ecopter.ui.refusals import refused

bp = Blueprint("announcement", __name__, url_prefix="/<int:cohort_id>/announcement")


@bp.get("")
@requires(Permission.ANNOUNCEMENT_SEND, subject=get_audience)
def new(audience: Audience) -> ResponseReturnValue:
    return _page(audience, AnnouncementForm())


@bp.post("")
@requires(Permission.ANNOUNCEMENT_SEND, subject=get_audience)
def create(audience: Audience) -> ResponseReturnValue:
    form = AnnouncementForm()
    if not form.validate():
        return _page(audience, form), 422
    with refused(form, "text", Conflict) as outcome:
        outcome.value = services.announce(
            audience.cohort,
            form.subject.data or "",
            form.text.data or "",
            actor=current_actor(),
            now=request_now(),
        )
    if outcome.value is None:
        return _page(audience, form), 422
    said = ngettext("%(num)s person was told.", "%(num)s people were told.", outcome.value)
    flash(said, "success")
    return redirect(url_for("cohorts.cohort.show", cohort_id=audience.cohort.id), code=303)


def _page(audience: Audience, form: AnnouncementForm) -> str:
    return render_template("cohorts/announcement/new.html", audience=audience, form=form)
