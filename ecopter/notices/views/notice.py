"""Everything the reader was told, and marking it as seen."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.notices.labels import EVENT, STATE
from ecopter.notices.queries import (
    PAGE_SIZE,
    NoticeWish,
    Reader,
    choose_notices,
    get_reader,
    list_notices,
)
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.lines import NoticeLine, lines_of
from ecopter.notices.services.telling import mark_seen
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import page_language
from ecopter.shared.dates import local
from ecopter.shared.paging import Page, page_within
from ecopter.ui.addresses import LARGEST_ID, safe_next
from ecopter.ui.lists import ListState, csv_response, list_state

bp = Blueprint("notice", __name__)


@bp.get("")
@requires(Permission.NOTICE_VIEW, subject=get_reader)
def index(reader: Reader) -> ResponseReturnValue:
    state = list_state(filters={"kind": EVENT, "state": STATE}, sorts=("at",), default_sort="-at")
    zone = current_app.config["SCHOOL_ZONE"]
    if state.as_file:
        return _file(_found(reader, state), zone)
    return render_template(
        "notices/notice/index.html",
        page=_page(reader, state),
        state=state,
        kinds=EVENT,
        states=STATE,
        zone=zone,
    )


def _wish(state: ListState) -> NoticeWish:
    kind, seen = state.filters.get("kind"), state.filters.get("state")
    return NoticeWish(
        event=NoticeEvent(kind) if kind else None,
        is_new=seen == "new" if seen else None,
        oldest_first=not state.is_descending,
    )


def _page(reader: Reader, state: ListState) -> Page[NoticeLine]:
    """The database pages, unless words are looked for: they are in sentences made of facts."""
    if state.words:
        found = _found(reader, state)
        number = page_within(state.number, PAGE_SIZE, len(found))
        shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return Page(shown, number, PAGE_SIZE, len(found))
    page = list_notices(reader.user_id, state.number, _wish(state))
    lines = lines_of(page.items, page_language().tag)
    return Page(lines, page.number, page.size, page.total)


def _found(reader: Reader, state: ListState) -> Sequence[NoticeLine]:
    notices = choose_notices(reader.user_id, _wish(state))
    lines = lines_of(notices, page_language().tag)
    return [line for line in lines if line.holds(state.words)]


def _file(lines: Sequence[NoticeLine], zone: str) -> Response:
    headings = (
        _("Day"),
        _("Time"),
        _("What it is about"),
        _("What has changed"),
        _("Message"),
        _("State"),
    )
    rows = [
        (
            told.date().isoformat(),
            f"{told:%H:%M}",
            EVENT[line.event],
            line.words,
            line.text,
            STATE["new" if line.is_new else "seen"],
        )
        for line in lines
        for told in (local(line.at, zone),)
    ]
    return csv_response("notices", headings, rows)


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
