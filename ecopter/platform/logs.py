"""One structured line per request, without names, addresses of pages' readers or form content."""

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request


def configure() -> None:
    """JSON lines on standard error; for servers and workers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def init_app(app: Flask) -> None:
    if app.config["LOG_REQUESTS"]:
        configure()
    log = structlog.get_logger("ecopter")

    @app.before_request
    def _start() -> None:
        g.request_id = secrets.token_hex(6)
        g.started = time.perf_counter()

    @app.after_request
    def _line(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        if app.config["LOG_REQUESTS"] and request.endpoint != "static":
            log.info(
                "request",
                id=g.get("request_id"),
                method=request.method,
                # The rule, not the path: identifiers and codes stay out of the log.
                rule=request.url_rule.rule if request.url_rule else "-",
                status=response.status_code,
                ms=round(1000 * (time.perf_counter() - g.get("started", time.perf_counter())), 1),
                account=g.get("account_id"),
            )
        return response
