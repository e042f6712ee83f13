"""Taking in files: checked by content, photos made upright and bare, all kept by their hash."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from ecopter.assessment.models import SubmissionFile
from ecopter.assessment.rules.acceptance import MOST_FILES
from ecopter.assessment.rules.uploads import (
    FILE_LIMIT,
    PHOTOS,
    BadFile,
    FileKind,
    Trouble,
    clean_name,
    kind_of,
)
from ecopter.db import let_go
from ecopter.platform.files import FileStore
from ecopter.shared.errors import Unavailable
from ecopter.shared.text import N_


@dataclass(frozen=True)
class Incoming:
    """A file as the browser sent it; its name and its claimed type prove nothing.

    `field` is the control it was chosen in: what is wrong with it is said there.
    """

    name: str
    stream: IO[bytes]
    field: str = ""


@dataclass(frozen=True)
class KeptFile:
    """A file that is in the store and not yet part of a hand-in."""

    digest: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class RefusedFile:
    name: str
    trouble: Trouble
    field: str = ""


@dataclass(frozen=True)
class Received:
    """What came of an upload: `kept` holds the earlier files too, in order, without doubles."""

    kept: tuple[KeptFile, ...]
    refused: tuple[RefusedFile, ...]


def receive_uploads(
    incoming: Iterable[Incoming], *, earlier: Sequence[KeptFile], files: FileStore
) -> Received:
    """Check, clean and store files while no transaction is open.

    `earlier` are files accepted before and still wanted; with them at most ten are kept. A file
    that cannot be taken is named with its trouble and costs the others nothing.
    """
    let_go()
    kept = {file.digest: file for file in earlier[:MOST_FILES]}
    refused = []
    for upload in incoming:
        try:
            file = _receive(upload, files, has_room=len(kept) < MOST_FILES)
        except BadFile as problem:
            refused.append(RefusedFile(upload.name, problem.trouble, upload.field))
        else:
            kept.setdefault(file.digest, file)
    return Received(tuple(kept.values()), tuple(refused))


def read_file(stored: SubmissionFile, *, files: FileStore) -> bytes:
    """The content of a handed-in file. Raises Unavailable when the store has lost it."""
    try:
        return files.get(stored.digest)
    except FileNotFoundError as problem:
        raise Unavailable(
            N_("This file cannot be read at the moment. Tell the school's office.")
        ) from problem


def _receive(upload: Incoming, files: FileStore, *, has_room: bool) -> KeptFile:
    # Pillow and pikepdf come with the first upload: most workers never need their memory.
    from ecopter.assessment.services.cleaning import bare_photo, check_pdf  # noqa: PLC0415

    if not has_room:
        raise BadFile(Trouble.TOO_MANY)
    # One byte more than allowed tells "too large" without reading the rest.
    content = upload.stream.read(FILE_LIMIT + 1)
    kind = kind_of(content)
    name = clean_name(upload.name, kind)
    if kind in PHOTOS:
        content, kind = bare_photo(content, kind), FileKind.JPEG
    elif kind is FileKind.PDF:
        check_pdf(content)
    return KeptFile(files.take_in(content), name, kind.value, len(content))
