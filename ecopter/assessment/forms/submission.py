"""Handing in an exercise: text that stays, and files that need not be picked twice."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Self

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import FileStorage, MultiDict

from ecopter.assessment.labels.grading import TROUBLE
from ecopter.assessment.queries.work import ExerciseSheet
from ecopter.assessment.rules.acceptance import LONGEST_TEXT, Place
from ecopter.assessment.services.uploads import Incoming, KeptFile, Received
from ecopter.platform.i18n import lazy

KEY_LENGTH = 40
FILE_FIELDS = ("photos", "documents")


class SubmissionForm:
    """What was written, the files kept so far, and the key that tells a second click apart.

    Kept files travel as a signed list bound to the person and the lesson: nobody can name a file
    that was not accepted from them here.
    """

    def __init__(
        self,
        sheet: ExerciseSheet,
        *,
        text: str = "",
        kept: Sequence[KeptFile] = (),
        key: str = "",
        incoming: Sequence[Incoming] = (),
    ) -> None:
        self.sheet = sheet
        self.text = text
        self.kept = tuple(kept)
        self.key = key[:KEY_LENGTH] or str(uuid.uuid4())
        self.incoming = tuple(incoming)
        self.text_error = ""
        # What is wrong with files, by the control they were chosen in.
        self.file_errors: dict[str, list[str]] = {}

    @classmethod
    def fresh(cls, sheet: ExerciseSheet) -> Self:
        """Empty, or what was handed in before when this would replace it."""
        place, latest = sheet.place, sheet.latest
        if latest is None or not isinstance(place, Place) or not place.replaces:
            return cls(sheet)
        kept = [KeptFile(f.digest, f.name, f.content_type, f.size) for f in latest.files]
        return cls(sheet, text=latest.text, kept=kept)

    @classmethod
    def sent(
        cls, sheet: ExerciseSheet, data: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Self:
        unwanted = set(data.getlist("remove"))
        return cls(
            sheet,
            text=_plain(data.get("text", "")),
            kept=[f for f in _unsealed(sheet, data.get("kept", "")) if f.digest not in unwanted],
            key=data.get("key", ""),
            incoming=[
                Incoming(upload.filename, upload.stream, field)
                for field in FILE_FIELDS
                for upload in files.getlist(field)
                if upload.filename
            ],
        )

    def validate(self, received: Received) -> bool:
        """Take over what was kept, and say beside each control what is wrong."""
        self.kept = received.kept
        for file in received.refused:
            words = lazy(
                "%(name)s: %(problem)s", name=file.name[:80], problem=TROUBLE[file.trouble]
            )
            self.file_errors.setdefault(file.field, []).append(words)
        if len(self.text) > LONGEST_TEXT:
            self.text_error = lazy("Write at most 20,000 characters, or add a document.")
        elif not self.text and not self.kept and not self.file_errors:
            self.text_error = lazy("Write something or add a file.")
        return not self.text_error and not self.file_errors

    @property
    def sealed(self) -> str:
        """The kept files as the hidden field carries them."""
        rows = [[file.digest, file.name, file.content_type, file.size] for file in self.kept]
        return str(_seal().dumps([self.sheet.enrolment.id, self.sheet.lesson.id, rows]))

    @property
    def summary(self) -> list[tuple[str, str]]:
        problems: Iterable[tuple[str, str]] = [
            (f"#{field}", words) for field, several in self.file_errors.items() for words in several
        ]
        return [*([("#text", self.text_error)] if self.text_error else []), *problems]


def _plain(text: str) -> str:
    """One kind of line end; no NUL, which PostgreSQL cannot keep."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="handed-in files")


def _unsealed(sheet: ExerciseSheet, token: str) -> list[KeptFile]:
    """The files of a token made for this person and lesson; none from any other."""
    try:
        enrolment_id, lesson_id, rows = _seal().loads(token)
    except BadData:
        return []
    if (enrolment_id, lesson_id) != (sheet.enrolment.id, sheet.lesson.id):
        return []
    return [KeptFile(*row) for row in rows]
