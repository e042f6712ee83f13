"""One's own second factor: setting it up, seeing how it stands, turning it off."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.documents import square_of
from ecopter.people.forms import FirstCodeForm
from ecopter.people.queries.second_factor import OwnFactor, get_own_factor
from ecopter.people.rules.second_factor import FEW_CODES
from ecopter.people.services import presence, second_factor
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Invalid
from ecopter.ui.refusals import refused

bp = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")


@bp.get("")
@requires(Permission.SECOND_FACTOR_MANAGE, subject=get_own_factor)
def show(own: OwnFactor) -> ResponseReturnValue:
    if own.factor is None:
        return redirect(url_for(".new"), code=303)
    return render_template("people/second_factor/show.html", own=own, few=FEW_CODES)


@bp.get("/new")
@requires(Permission.SECOND_FACTOR_SET_UP, subject=get_own_factor, fresh=True)
def new(own: OwnFactor) -> ResponseReturnValue:
    if own.factor is not None:
        return redirect(url_for(".show"), code=303)
    return _page(own, FirstCodeForm())


@bp.post("/new")
@requires(Permission.SECOND_FACTOR_SET_UP, subject=get_own_factor, fresh=True)
def create(own: OwnFactor) -> ResponseReturnValue:
    """The recovery codes are the answer itself: they exist nowhere else to return to."""
    if own.factor is not None:
        return redirect(url_for(".show"), code=303)
    form = FirstCodeForm()
    if not form.validate():
        return _page(own, form), 422
    with refused(form, "step_code", Invalid) as outcome:
        outcome.value = second_factor.set_up(
            own.user,
            presence.proposed_salt(),
            form.step_code.data or "",
            actor=current_actor(),
            now=request_now(),
        )
    if outcome.value is None:
        return _page(own, form), 422
    presence.forget_salt()
    return render_template(
        "people/recovery_codes/create.html", own=own, codes=outcome.value, is_first=True
    )


@bp.get("/end")
@requires(Permission.SECOND_FACTOR_MANAGE, subject=get_own_factor, fresh=True)
def edit(own: OwnFactor) -> ResponseReturnValue:
    if own.factor is None:
        return redirect(url_for("people.account.show"), code=303)
    return render_template("people/second_factor/edit.html")


@bp.post("/end")
@requires(Permission.SECOND_FACTOR_MANAGE, subject=get_own_factor, fresh=True)
def delete(own: OwnFactor) -> ResponseReturnValue:
    if own.factor is not None:
        second_factor.turn_off(own.user, actor=current_actor(), now=request_now())
        flash(_("You sign in with your password alone from now on."), "success")
    return redirect(url_for("people.account.show"), code=303)


def _page(own: OwnFactor, form: FirstCodeForm) -> str:
    proposal = second_factor.propose(own.user, presence.proposed_salt())
    return render_template(
        "people/second_factor/new.html",
        form=form,
        proposal=proposal,
        square=square_of(proposal.address),
        name=own.user.sign_in_name,
    )
