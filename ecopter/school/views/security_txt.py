"""Where to report a weakness: the file that people who look for one read first (RFC 9116)."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import public
from ecopter.platform.clock import request_now
from ecopter.settings import Settings
from ecopter.shared.errors import NotFound
from ecopter.shared.languages import LANGUAGES

bp = Blueprint("security_txt", __name__)

ADDRESS = "/.well-known/security.txt"
# RFC 9116 advises less than a year; the file is made anew every day.
VALID = timedelta(days=180)
SECONDS_KEPT = 3600
PROMISE = "# An answer within 3 working days; a grave weakness is mended within 14 days."


@bp.get(ADDRESS)
@public
def show() -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.security_contact:
        raise NotFound
    answer = Response(security_txt(settings, request_now()), mimetype="text/plain")
    answer.headers["Cache-Control"] = f"public, max-age={SECONDS_KEPT}"
    return answer


def security_txt(settings: Settings, now: datetime) -> str:
    """The fields of RFC 9116; those about an address only where there is an https one."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        PROMISE,
        f"Contact: {_as_uri(settings.security_contact)}",
        f"Expires: {midnight + VALID:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
    ]
    if settings.is_https:
        lines.append(f"Canonical: {settings.base_url.rstrip('/')}{ADDRESS}")
    if settings.security_policy:
        lines.append(f"Policy: {settings.security_policy}")
    return "\n".join([*lines, ""])


def _as_uri(contact: str) -> str:
    return contact if contact.startswith("https://") else f"mailto:{contact}"
