"""Headers of every answer and the flags of the session cookie."""

from datetime import timedelta

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.middleware.proxy_fix import ProxyFix

from ecopter.platform.unit_of_work import SAFE_METHODS
from ecopter.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}
HSTS = "max-age=31536000; includeSubDomains"
OWN_PHONE = timedelta(days=30)
# A register of 500 is a tenth of this; files come in another way.
LONGEST_FORM = 1_000_000
FORM = "application/x-www-form-urlencoded"
# What a browser says of a page of ours, and of an address typed or a form sent again by hand.
OURS = frozenset({"same-origin", "none"})


def init_app(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret(),
        SESSION_COOKIE_NAME="__Host-ecopter" if settings.is_https else "ecopter",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # Only an answer that changes the session carries it: public ones are kept by caches.
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=OWN_PHONE,
        MAX_CONTENT_LENGTH=settings.upload_limit,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM,
        MAX_FORM_PARTS=4_000,  # a register of 500 has several fields a row
        TRUSTED_HOSTS=settings.hosts,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form filled slowly is not refused
        WTF_CSRF_SSL_STRICT=False,  # where a form stands is judged below, with or without TLS
        PREFERRED_URL_SCHEME="https" if settings.is_https else "http",
    )
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    app.before_request(_shorten)
    app.before_request(_refuse_foreign)

    @app.after_request
    def _harden(response: Response) -> Response:
        for name, value in headers_of(settings).items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if request.endpoint != "static":
            response.vary.add("Cookie")
        return response


def headers_of(settings: Settings) -> dict[str, str]:
    """What every answer carries, unless its view says something stricter."""
    return HEADERS | ({"Strict-Transport-Security": HSTS} if settings.is_https else {})


def _shorten() -> None:
    """Hold a form without files to its own limit: Werkzeug reads it whole before it counts."""
    if request.mimetype == FORM:
        request.max_content_length = LONGEST_FORM


def _refuse_foreign() -> None:
    """Refuse a form that another site has sent, whatever token it carries.

    Browsers say where a form stands in `Sec-Fetch-Site` (Fetch Metadata, W3C); those before 2023
    in `Origin` or `Referer`; some say nothing, and for them the token decides alone.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    page = request.headers.get("Origin") or request.headers.get("Referer")
    is_ours = site in OURS if site else not page or _host_of(page) == request.host.lower()
    if not is_ours:
        raise CSRFError


def _host_of(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].lower()
