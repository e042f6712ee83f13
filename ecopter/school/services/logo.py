"""The logo that papers carry: checked by content, drawn afresh, kept by its hash."""

from datetime import datetime
from typing import IO

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db, let_go
from ecopter.platform.files import FileStore
from ecopter.school.queries import find_school
from ecopter.shared.errors import Conflict, Invalid, NotFound, Unavailable
from ecopter.shared.text import N_

UPLOAD_LIMIT = 4 * 1024 * 1024
PIXEL_LIMIT = 25_000_000
LOGO_SIDE = 600
LOGO_LIMIT = 60_000

NO_FILE = N_("Choose a picture.")
TOO_LARGE = N_("This picture is larger than 4 MB. Choose a smaller one.")
WRONG_KIND = N_("This is no PNG, JPEG or WebP picture. Choose another file.")
BROKEN = N_("This picture cannot be opened. Choose another file.")
TOO_MANY_PIXELS = N_("This picture has too many pixels. Choose a smaller one.")
NO_SCHOOL = N_("Write the school's details first, then add its logo.")
LOST = N_("The logo cannot be read at the moment. Send it again.")


def receive_logo(stream: IO[bytes], *, files: FileStore) -> str:
    """Check, redraw and store a logo while no transaction is open; returns its SHA-256.

    What is kept is a PNG or a JPEG, no side longer than 600 pixels, 60 kB at most. Raises Invalid
    with what is wrong; nothing is kept then.
    """
    # Pillow comes with the first picture: most workers never need its memory.
    from ecopter.platform import pictures  # noqa: PLC0415

    let_go()
    content = stream.read(UPLOAD_LIMIT + 1)
    if not content:
        raise Invalid(NO_FILE)
    if len(content) > UPLOAD_LIMIT:
        raise Invalid(TOO_LARGE)
    name = pictures.picture_format(content)
    if not name:
        raise Invalid(WRONG_KIND)
    try:
        clean = pictures.redrawn(
            content,
            name,
            side=LOGO_SIDE,
            most_pixels=PIXEL_LIMIT,
            write=lambda image: pictures.as_light_picture(image, LOGO_LIMIT),
        )
    except pictures.BadPicture as problem:
        is_huge = problem.trouble is pictures.PictureTrouble.TOO_MANY_PIXELS
        raise Invalid(TOO_MANY_PIXELS if is_huge else BROKEN) from problem
    return files.take_in(clean)


def set_logo(digest: str, *, actor: Actor, now: datetime) -> None:
    """Make a stored picture the logo of papers issued from now on.

    Raises Conflict while the school has no row: a logo alone says nothing.
    """
    school = find_school()
    if school is None:
        raise Conflict(NO_SCHOOL)
    if school.logo_digest == digest:
        return
    school.logo_digest = digest
    record("school.logo_changed", actor=actor, now=now, about=("school", school.id), logo=digest)
    db.session.flush()


def remove_logo(*, actor: Actor, now: datetime) -> None:
    """Papers issued from now on carry no logo; the file stays for those issued before."""
    school = find_school()
    if school is None or not school.logo_digest:
        return
    school.logo_digest = ""
    record("school.logo_removed", actor=actor, now=now, about=("school", school.id))
    db.session.flush()


def read_logo(digest: str, *, files: FileStore) -> tuple[bytes, str]:
    """The logo and its content type. Raises NotFound without one, Unavailable when it is lost."""
    if not digest:
        raise NotFound
    try:
        content = files.get(digest)
    except FileNotFoundError as problem:
        raise Unavailable(LOST) from problem
    return content, "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
