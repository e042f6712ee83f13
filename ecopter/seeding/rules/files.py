"""The text of a content file, or a refusal that names it."""

from pathlib import Path

from ecopter.seeding.rules.errors import CourseFileError


def shown(path: Path) -> str:
    """The end of a path, enough to find the file in the content folder."""
    return "/".join(path.parts[-3:])


def text_of(path: Path) -> str:
    """The UTF-8 text of a file.

    Raises CourseFileError when the file is missing or in another encoding.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CourseFileError(shown(path), None, "this file is missing") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CourseFileError(shown(path), line, "this file must be saved as UTF-8") from error
