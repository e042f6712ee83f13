"""Headers of every answer and the flags of the session cookie."""

from datetime import timedelta

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

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
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=4_000,  # a register of 500 has several fields a row
        TRUSTED_HOSTS=settings.hosts,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form filled slowly is not refused
        WTF_CSRF_SSL_STRICT=settings.is_https,
        PREFERRED_URL_SCHEME="https" if settings.is_https else "http",
    )
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    @app.after_request
    def _harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_https:
            response.headers["Strict-Transport-Security"] = HSTS
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if request.endpoint != "static":
            response.vary.add("Cookie")
        return response
