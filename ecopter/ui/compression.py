"""Pages are compressed at level 4: nearly the size of level 6 for less than half the time."""

import gzip

from flask import Flask, Response, request

LEVEL = 4
SMALLEST = 600
KINDS = ("text/", "application/json", "image/svg+xml")


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if (
        response.direct_passthrough
        or response.status_code == 204
        or "Content-Encoding" in response.headers
        or not (response.content_type or "").startswith(KINDS)
        or not request.accept_encodings.best_match(["gzip"])
    ):
        return response
    body = response.get_data()
    if len(body) >= SMALLEST:
        # No file name and no time: the same page gives the same bytes.
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
