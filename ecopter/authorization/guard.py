"""The door of every view: load what the address names, ask the policy, hand it in."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ecopter.authorization.policy import Actor, Permission, Scope, may, may_see
from ecopter.authorization.standing import Source, ask
from ecopter.db import db
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Forbidden, NotFound
from ecopter.shared.text import N_

EXTENSION = "guard"
NOT_YOURS = N_("You can see this, but acting on it is for someone else. Ask the school's office.")
NOT_FOR_YOU = N_("This page is for others at the school. If you need it, ask the school's office.")
NOT_NOW = N_(
    "Your place in this course does not run today: you can read, but not send anything. If this "
    "is wrong, ask the school's office."
)

View = Callable[..., ResponseReturnValue]
S = TypeVar("S")


OnRefusal = Callable[[Actor, Permission, str], None]
# A page for a grave act opens within half an hour of the password; sending it may take longer.
FRESH_TO_OPEN = 30 * 60
FRESH_TO_SEND = 90 * 60


@dataclass(frozen=True)
class Seams:
    """What the guard asks of features above it."""

    actor_sources: tuple[Source, ...]
    on_refusal: OnRefusal
    seconds_since_password: Callable[[], float]
    # The page a reader has to have seen before any other (the privacy notice), or None.
    detour: Callable[[], str | None]


def init_app(
    app: Flask,
    *,
    actor_sources: Sequence[Source],
    on_refusal: OnRefusal,
    seconds_since_password: Callable[[], float],
    detour: Callable[[], str | None],
) -> None:
    app.extensions[EXTENSION] = Seams(
        tuple(actor_sources), on_refusal, seconds_since_password, detour
    )
    app.jinja_env.globals["can"] = can


def _seams() -> Seams:
    return cast("Seams", current_app.extensions[EXTENSION])


def current_actor() -> Actor:
    """Who asks, with today's rights; loaded once per request."""
    if "actor" not in g:
        g.actor = _load_actor()
    return cast("Actor", g.actor)


def _load_actor() -> Actor:
    reader: Any = current_user
    if not reader.is_authenticated:
        return Actor()
    standings = ask(_seams().actor_sources, reader.id, request_now())
    return Actor(
        user_id=reader.id,
        roles=frozenset().union(*(standing.roles for standing in standings)),
        teaches=frozenset().union(*(standing.teaches for standing in standings)),
        enrolments={k: v for standing in standings for k, v in standing.enrolments.items()},
        active_enrolments=frozenset().union(*(s.active_enrolments for s in standings)),
        leader_enrolments=frozenset().union(*(s.leader_enrolments for s in standings)),
        represents=frozenset().union(*(s.represents for s in standings)),
    )


def can(permission: str, subject: object = None) -> bool:
    """Whether the reader may act: the question a template asks around a button."""
    return may(current_actor(), Permission(permission), _scope_of(subject))


def requires(
    permission: Permission, *, subject: Callable[..., S] | None = None, fresh: bool = False
) -> Callable[[View], View]:
    """Let in whoever the policy allows, with the loaded subject as the view's only argument.

    `subject` is called with the arguments of the address; if it also takes `actor` or `now`,
    it gets them. What it returns has a `scope` (or is a list already filtered by the actor).
    With `fresh`, the password must have been given a short while ago (issuing, revoking).
    An unknown visitor is sent to sign in; one who may not see the thing gets 404; one who may
    see it but not act, 403.
    """

    def decorate(view: View) -> View:
        wanted = set(inspect.signature(subject).parameters) if subject else set()

        @wraps(view)
        def guarded(**address: Any) -> ResponseReturnValue:
            actor = current_actor()
            if actor.user_id is None:
                return _to_sign_in()
            if request.method == "GET" and (first := _seams().detour()):
                return redirect(first, code=303)
            if subject is None:
                authorize(actor, permission, None)
                return _to_confirmation() if fresh and _is_stale() else view(**address)
            extra: dict[str, object] = {"actor": actor, "now": request_now()}
            loaded = subject(**address, **{k: v for k, v in extra.items() if k in wanted})
            authorize(actor, permission, _scope_of(loaded))
            return _to_confirmation() if fresh and _is_stale() else view(loaded)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """A door open to strangers; said aloud, so that forgetting a guard is an error."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def authorize(actor: Actor, permission: Permission, scope: Scope | None) -> None:
    """Pass, or raise `NotFound` / `Forbidden` and leave a trace of the refusal."""
    if may(actor, permission, scope):
        return
    seen = may_see(actor, permission, scope)
    db.session.rollback()
    _seams().on_refusal(actor, permission, request.endpoint or "")
    raise Forbidden(_why_not(actor, scope)) if seen else NotFound


def _why_not(actor: Actor, scope: Scope | None) -> str:
    """The sentence of a door that is seen and stays shut."""
    if scope is None:
        return NOT_FOR_YOU
    rests = actor.enrolments.keys() - actor.active_enrolments
    return NOT_NOW if scope.enrolment_id in rests else NOT_YOURS


def _scope_of(subject: object) -> Scope | None:
    return cast("Scope | None", getattr(subject, "scope", None))


def _is_stale() -> bool:
    limit = FRESH_TO_OPEN if request.method == "GET" else FRESH_TO_SEND
    return _seams().seconds_since_password() > limit


def _to_sign_in() -> ResponseReturnValue:
    return redirect(url_for("people.sign_in.new", next=_wanted()), code=303)


def _to_confirmation() -> ResponseReturnValue:
    return redirect(url_for("people.confirmation.new", next=_wanted()), code=303)


def _wanted() -> str | None:
    """The page to come back to: the one asked for, or for a form the page it stands on."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
