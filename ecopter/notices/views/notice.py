"""Everything the reader was told, and marking it as seen."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.notices.labels import EVENT
from ecopter.notices.queries import Reader, get_reader, list_notices
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.lines import lines_of
from ecopter.notices.services.telling import mark_seen
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import page_language
from ecopter.shared.paging import Page
from ecopter.ui.addresses import LARGEST_ID, safe_next
from ecopter.ui.lists import list_state

bp = Blueprint("notice", __name__)


@bp.get("")
@requires(Permission.NOTICE_VIEW, subject=get_reader)
def index(reader: Reader) -> ResponseReturnValue:
    state = list_state(filters={"kind": EVENT.keys()}, sorts=["at"], default_sort="-at")
    kind = state.filters.get("kind")
    found = list_notices(reader.user_id, state.number, NoticeEvent(kind) if kind else None)
    lines = lines_of(found.items, page_language().tag)
    page = Page(lines, found.number, found.size, found.total)
    zone = current_app.config["SCHOOL_ZONE"]
    return render_template(
        "notices/notice/index.html", page=page, state=state, kinds=EVENT, zone=zone
    )


@bp.post("/seen")
@requires(Permission.NOTICE_VIEW, subject=get_reader)
def update(reader: Reader) -> ResponseReturnValue:
    """Only what stood on the page is seen, not what came while it was read."""
    shown = {
        number for number in request.form.getlist("notice_id", type=int) if 0 < number <= LARGEST_ID
    }
    if mark_seen(shown, actor=reader.actor, now=request_now()):
        flash(_("Noted: you have seen this."), "success")
    return redirect(safe_next(request.form.get("next"), url_for(".index")), code=303)
