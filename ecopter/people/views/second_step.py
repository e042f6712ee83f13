"""The second step of signing in: a password alone has opened nothing yet."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import public
from ecopter.people.forms import StepForm
from ecopter.people.models import HalfOpenSignIn
from ecopter.people.services import presence, second_step
from ecopter.people.views.entering import enter
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Invalid
from ecopter.ui.refusals import refused

bp = Blueprint("second_step", __name__, url_prefix="/sign-in/second-step")


@bp.get("")
@public
def new() -> ResponseReturnValue:
    waiting = _waiting()
    if waiting is None:
        return _from_the_start()
    form = StepForm(data={"next": request.args.get("next", "")})
    return _page(form, waiting.user.sign_in_name)


@bp.post("")
@public
def create() -> ResponseReturnValue:
    waiting = _waiting()
    if waiting is None:
        return _from_the_start()
    form, name = StepForm(), waiting.user.sign_in_name
    if not form.validate():
        return _page(form, name), 422
    with refused(form, form.used, Invalid) as outcome:
        outcome.value = second_step.finish(
            waiting,
            form.typed(),
            address=request.remote_addr or "",
            now=request_now(),
        )
    if outcome.value is None:
        return _page(form, name), 422
    return enter(outcome.value, form.next.data)


def _waiting() -> HalfOpenSignIn | None:
    return second_step.find_waiting(presence.half_open_token(), now=request_now())


def _from_the_start() -> ResponseReturnValue:
    """Too late, or nobody has given a password here."""
    if presence.current_account():
        return redirect(url_for("home.show"), code=303)
    flash(_("Begin with your name and your password: the second step waits for ten minutes."))
    return redirect(url_for("people.sign_in.new"), code=303)


def _page(form: StepForm, name: str) -> str:
    return render_template("people/second_step/new.html", form=form, name=name)
