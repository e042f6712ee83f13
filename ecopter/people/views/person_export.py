"""The people looked for, as a file: who takes it away is known and kept."""

from collections.abc import Iterator

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people import labels
from ecopter.people.forms import read_list, search_of
from ecopter.people.queries import OwnAccount, get_own_account
from ecopter.people.queries.persons import PersonRecord, list_people
from ecopter.people.services.exporting import export_people
from ecopter.platform.clock import request_now, school_day
from ecopter.ui.lists import csv_response

bp = Blueprint("person_export", __name__, url_prefix="/people/export")


@bp.get("")
@requires(Permission.PERSON_EXPORT, subject=get_own_account, fresh=True)
def new(own: OwnAccount) -> ResponseReturnValue:
    state = read_list()
    page = list_people(search_of(state), 1, now=request_now())
    return render_template(
        "people/person_export/new.html", state=state, count=page.total, labels=labels
    )


@bp.post("")
@requires(Permission.PERSON_EXPORT, subject=get_own_account, fresh=True)
def create(own: OwnAccount) -> ResponseReturnValue:
    """The file is the answer itself; its address carries the search, as that of the list does."""
    now = request_now()
    records = export_people(search_of(read_list()), actor=current_actor(), now=now)
    headings = [
        _("Family name"),
        _("Given name"),
        _("Family name (Arabic letters)"),
        _("Given name (Arabic letters)"),
        _("Papers address you as"),
        _("Sign-in name"),
        _("E-mail"),
        _("Telephone"),
        _("Town or village"),
        _("Country of residence"),
        _("Language"),
        _("Roles"),
        _("State"),
        _("Name confirmed on"),
        _("Account made on"),
    ]
    return csv_response(f"people-{school_day(now).isoformat()}", headings, _rows(records))


def _rows(records: list[PersonRecord]) -> Iterator[list[object]]:
    for record in records:
        user = record.user
        confirmed = user.name_confirmed_at
        yield [
            user.family_name_lat,
            user.given_name_lat,
            user.family_name_ar,
            user.given_name_ar,
            labels.CIVILITY[user.civility],
            user.sign_in_name,
            user.email,
            user.telephone,
            user.town,
            user.country,
            user.language,
            ", ".join(str(labels.ROLE[role]) for role in record.roles),
            _("deactivated") if user.deactivated_at else _("active"),
            confirmed.date().isoformat() if confirmed else "",
            user.created_at.date().isoformat(),
        ]
