"""The application: the only module that knows every feature."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, reset_tzpath

from flask import Flask, has_request_context
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from ecopter import tables
from ecopter.assessment import views as assessment
from ecopter.associations import queries as associations_queries
from ecopter.associations import views as associations
from ecopter.attendance import queries as attendance_queries
from ecopter.attendance import views as attendance
from ecopter.audit.services import record_refusal
from ecopter.authorization import guard
from ecopter.authorization.guard import current_actor, public
from ecopter.certificates import views as certificates
from ecopter.certificates.services.bundles import BUNDLE_JOB, make_bundle
from ecopter.certificates.services.papers import PAPER_JOB, make_paper
from ecopter.cohorts import queries as cohorts_queries
from ecopter.cohorts import views as cohorts
from ecopter.db import db, prepare_engine
from ecopter.gradebook import views as gradebook
from ecopter.home import views as home
from ecopter.learning import views as learning
from ecopter.notices import views as notices
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services import telling
from ecopter.people import queries as people_queries
from ecopter.people import views as people
from ecopter.people.queries import privacy
from ecopter.people.services import presence, second_factor
from ecopter.people.services.codes import MAIL_JOB, mail_code
from ecopter.platform import i18n, jobs, logs, security, unit_of_work
from ecopter.platform.adapters import Adapters
from ecopter.platform.clock import system_clock
from ecopter.platform.files import LocalFileStore
from ecopter.platform.mail import mailer_for
from ecopter.platform.paths import TEMPLATES
from ecopter.products import views as products
from ecopter.school import queries as school_queries
from ecopter.school import views as school
from ecopter.settings import Settings
from ecopter.shared.languages import LANGUAGES
from ecopter.shared.text import N_
from ecopter.timetable import queries as timetable_queries
from ecopter.timetable import views as timetable
from ecopter.ui import addresses, assets, compression, errors, navigation
from ecopter.ui.rendering import PageApp

FEATURES = (
    people,
    school,
    notices,
    associations,
    products,
    cohorts,
    timetable,
    attendance,
    learning,
    assessment,
    gradebook,
    certificates,
    home,
)
DEMO_ACCOUNTS = (
    ("trainee.demo", N_("trainee of the current cohort")),
    ("graduate.demo", N_("trainee of 2010, holds a certificate")),
    ("instructor.demo", N_("instructor")),
    ("administrator.demo", N_("administrator")),
    ("leader.demo", N_("association leader")),
)


def create_app(settings: Settings | None = None, adapters: Adapters | None = None) -> Flask:
    """The school as a WSGI application; `adapters` replaces the outside world in tests."""
    # The pinned tzdata wheel, not the system's copy: Casablanca's clock changed in 2026.
    reset_tzpath(to=())
    ZoneInfo.clear_cache()
    settings = settings or Settings()
    app = PageApp("ecopter", template_folder=str(TEMPLATES), static_folder=None)
    app.config.update(_configuration(settings))
    app.url_map.converters["int"] = addresses.Id
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["adapters"] = adapters or outside_world(settings)

    logs.init_app(app)
    security.init_app(app, settings)
    unit_of_work.init_app(app)
    _init_database(app)
    i18n.init_app(app)
    CSRFProtect(app)
    presence.init_app(app)
    guard.init_app(
        app,
        actor_sources=(
            people_queries.roles_of,
            cohorts_queries.roles_of,
            associations_queries.roles_of,
        ),
        on_refusal=record_refusal,
        seconds_since_password=presence.seconds_since_password,
        detour=presence.detour,
    )
    second_factor.init_app(app, tell_removed=_tell_second_factor_removed)
    privacy.init_app(app, find_responsible=school_queries.find_school)
    errors.init_app(app)
    assets.init_app(app)
    compression.init_app(app)
    app.context_processor(_page_context)
    for feature in FEATURES:
        app.register_blueprint(feature.bp)
    app.get("/healthz")(public(_health))
    jobs.register(app, MAIL_JOB, mail_code, most_attempts=jobs.PATIENT_ATTEMPTS)
    jobs.register(app, PAPER_JOB, make_paper)
    jobs.register(app, BUNDLE_JOB, make_bundle)
    jobs.register(app, telling.MAIL_JOB, telling.mail_notices, most_attempts=jobs.PATIENT_ATTEMPTS)
    timetable_queries.init_app(app, register_states=attendance_queries.register_states)
    return app


def _tell_second_factor_removed(user_id: int, now: datetime) -> None:
    telling.tell([user_id], NoticeEvent.SECOND_FACTOR_REMOVED, now=now)


def outside_world(settings: Settings) -> Adapters:
    return Adapters(
        clock=system_clock,
        mail=mailer_for(settings.smtp_url, settings.mail_from),
        files=LocalFileStore(settings.folder / "files", settings.keep_free),
    )


def with_clock(adapters: Adapters, clock: Callable[[], Any]) -> Adapters:
    return replace(adapters, clock=clock)


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SETTINGS": settings,
        "TESTING": settings.testing,
        "LOG_REQUESTS": not settings.testing,
        "PUBLIC_BASE_URL": settings.base_url,
        "SCHOOL_ZONE": settings.zone,
        # What to install when the PDF libraries are missing: `ecopter serve` finds out.
        "PDF_ADVICE": "",
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "DEMO_ACCOUNTS": _demo(settings),
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    # What a statement was given stays out of error messages, and so out of the log.
    discreet = {"hide_parameters": True}
    if settings.database.startswith("sqlite"):
        return discreet | {"connect_args": {"timeout": 10, "check_same_thread": False}}
    return discreet | {"pool_pre_ping": True}


def _demo(settings: Settings) -> dict[str, Any] | None:
    if not settings.demo:
        return None
    return {"password": settings.demo_password.get_secret_value(), "accounts": DEMO_ACCOUNTS}


def _init_database(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    db.init_app(app)
    app.extensions["metadata"] = tables.METADATA
    with app.app_context():
        prepare_engine(db.engine)


def _page_context() -> dict[str, Any]:
    if not has_request_context():
        return {}  # a mail has no reader at a browser
    account = None if unit_of_work.is_database_away() else presence.current_account()
    return {
        "account": account,
        "page_locale": i18n.page_language(),
        "locales": list(LANGUAGES.values()),
        "navigation": navigation.entries(current_actor()) if account else [],
        "demo_mode": navigation.demo_mode(),
    }


def _health() -> tuple[dict[str, str], int]:
    """Alive, and the database answers."""
    db.session.execute(db.select(1))
    return {"status": "ok"}, 200
