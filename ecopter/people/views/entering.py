"""What follows a right password or a right code, for the pages that ask for one."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from ecopter.people.services import presence
from ecopter.people.services.signing_in import HalfOpened, OpenedSession
from ecopter.ui.addresses import safe_next


def enter(outcome: OpenedSession | HalfOpened, wanted: str | None) -> ResponseReturnValue:
    """To the page asked for, or first to the second step."""
    onward = safe_next(wanted, url_for("home.show"))
    if isinstance(outcome, HalfOpened):
        presence.wait(outcome)
        return redirect(url_for("people.second_step.new", next=onward), code=303)
    presence.enter(outcome)
    return redirect(onward, code=303)
