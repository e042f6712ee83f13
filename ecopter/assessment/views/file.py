"""One handed-in file, for whoever may read the hand-in. Never shown inside a page."""

from urllib.parse import quote

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from ecopter.assessment.queries.work import HandedInFile, get_file
from ecopter.assessment.services.uploads import read_file
from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.platform.adapters import adapters

bp = Blueprint("file", __name__)


@bp.get("/submission-files/<int:file_id>")
@requires(Permission.SUBMISSION_VIEW, subject=get_file)
def show(found: HandedInFile) -> ResponseReturnValue:
    content = read_file(found.file, files=adapters().files)
    response = Response(content, content_type=found.file.content_type)
    response.headers.set("Content-Disposition", "attachment", **_names(found.file.name))
    # Even a browser that opens the file all the same runs nothing of it.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _names(name: str) -> dict[str, str]:
    """A plain name for every browser, and the true one for those that know how (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode().strip(". _-") or "file"
    if plain == name:
        return {"filename": plain}
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
