"""What can go wrong in the school's own terms; `ui/errors.py` turns these into pages."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal with a sentence for the reader.

    `sentence` is an English message id; `values` fill its `%(name)s` placeholders.
    """

    status: ClassVar[int] = 500

    def __init__(self, sentence: str = "", **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


class NotFound(DomainError):
    """There is no such thing, or the reader may not know that there is: one answer for both."""

    status = 404

    def __init__(self) -> None:
        super().__init__()


class Forbidden(DomainError):
    """The reader may see this and may not do that; the sentence names whom to ask."""

    status = 403


class Conflict(DomainError):
    """The school's state no longer allows it: already done, closed, changed meanwhile."""

    status = 409


class Invalid(DomainError):
    """The values given cannot be accepted."""

    status = 422


class TooMany(DomainError):
    """Too many attempts; wait before the next one."""

    status = 429


class Unavailable(DomainError):
    """Something outside is missing for now (PDF libraries, a full disk)."""

    status = 503
