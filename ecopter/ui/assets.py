"""Many small stylesheets and scripts, served as one of each under a name made of its content."""

import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue
from whitenoise import WhiteNoise

from ecopter.authorization.guard import public
from ecopter.platform.paths import STATIC
from ecopter.platform.security import headers_of
from ecopter.settings import Settings

STYLES = (
    "tokens.css",
    "base/*.css",
    "layout/*.css",
    "components/*.css",
    "features/*.css",
    "utilities.css",
)
YEAR = 31_536_000
_URL = re.compile(r'url\("?/static/([^")]+)"?\)')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};])\s*|(?<=:) ")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


class Joined:
    """One joined file, compressed once as small as it gets."""

    def __init__(self, content: bytes, kind: str) -> None:
        self.content = content
        self.kind = kind
        self.packed = gzip.compress(content, 9, mtime=0)

    def response(self) -> Response:
        packs = bool(request.accept_encodings.best_match(["gzip"]))
        answer = Response(self.packed if packs else self.content, mimetype=self.kind)
        if packs:
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        answer.headers["Vary"] = "Accept-Encoding"
        return answer


class Assets:
    """The joined stylesheet and script, and hashed addresses of fonts, icons and images."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.folder = folder
        self.urls: dict[str, str] = {}
        self.drawings: dict[str, Joined] = {}
        self.stylesheet = self._joined_styles()
        self.script = self._joined_scripts()
        self.stylesheet_url = f"/assets/{digest(self.stylesheet)}.css"
        self.script_url = f"/assets/{digest(self.script)}.js"

    def url(self, path: str) -> str:
        """`/static/fonts/readex-latin.woff2` with the hash of its content, cacheable for a year."""
        if path not in self.urls:
            content = (self.folder / path).read_bytes()
            self.urls[path] = f"/static/{path}?v={digest(content)}"
            if path.endswith(".svg"):
                # Drawings are text: sent compressed, they are a third of their size.
                self.urls[path] = f"/assets/{digest(content)}.svg"
                self.drawings[self.urls[path]] = Joined(content, "image/svg+xml")
        return self.urls[path]

    def _joined_styles(self) -> bytes:
        files = [f for pattern in STYLES for f in sorted((self.folder / "css").glob(pattern))]
        text = "\n".join(f.read_text(encoding="utf-8") for f in files)
        text = _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", text)))
        return _URL.sub(lambda match: f'url("{self.url(match[1])}")', text).encode()

    def _joined_scripts(self) -> bytes:
        files = sorted((self.folder / "js").glob("*.js"))
        parts = [f"{{\n{f.read_text(encoding='utf-8')}\n}}" for f in files]
        return "\n".join(parts).encode()


def init_app(app: Flask) -> None:
    assets = Assets()
    app.jinja_env.globals.update(
        asset=assets.url,
        stylesheet_url=lambda: assets.stylesheet_url,
        script_url=lambda: assets.script_url,
    )
    served = assets.drawings | {
        assets.stylesheet_url: Joined(assets.stylesheet, "text/css"),
        assets.script_url: Joined(assets.script, "text/javascript"),
    }

    @app.get("/assets/<name>")
    @public
    def asset_file(name: str) -> ResponseReturnValue:
        joined = served.get(f"/assets/{name}")
        return joined.response() if joined else abort(404)

    # WhiteNoise answers for files before the application; their addresses carry a hash.
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(STATIC),
        prefix="static/",
        max_age=YEAR,
        allow_all_origins=False,
        add_headers_function=_static_headers(app.config["SETTINGS"]),
    )


def _static_headers(settings: Settings) -> Callable[[dict[str, str], str, str], None]:
    """WhiteNoise answers without the application: its files get the same headers here."""
    wanted = headers_of(settings) | {"Content-Security-Policy": "default-src 'none'; sandbox"}

    def add(headers: dict[str, str], _path: str, _url: str) -> None:
        for name, value in wanted.items():
            headers[name] = value  # noqa: PERF403 (wsgiref's headers cannot be updated)

    return add
