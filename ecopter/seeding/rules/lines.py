"""The Markdown of a lesson as numbered lines, sections under fixed headings, and lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecopter.seeding.rules.errors import CourseFileError
from ecopter.seeding.rules.french import typeset


@dataclass(frozen=True)
class Line:
    """A line that is not blank, and where it stands."""

    file: str
    number: int
    text: str

    def error(self, problem: str) -> CourseFileError:
        return CourseFileError(self.file, self.number, problem)


@dataclass(frozen=True)
class Section:
    """A heading and the lines under it, at least one."""

    head: Line
    lines: tuple[Line, ...]


def body_lines(lines: Sequence[str], file: str, first_line: int) -> tuple[Line, ...]:
    """The lines that say something, numbered as in the file, with the spaces of printed French."""
    return tuple(
        Line(file, number, typeset(line.rstrip()))
        for number, line in enumerate(lines, start=first_line)
        if line.strip()
    )


def sections(body: Sequence[Line], headings: Sequence[str], file: str) -> Mapping[str, Section]:
    """The parts of a lesson by heading; all of `headings`, in that order, and no other.

    Raises CourseFileError.
    """
    heads = [index for index, line in enumerate(body) if line.text.startswith("## ")]
    if body and 0 not in heads:
        raise body[0].error(f"expected the heading ## {headings[0]}")
    for index, wanted in zip(heads, headings, strict=False):
        if body[index].text != f"## {wanted}":
            raise body[index].error(f"expected the heading ## {wanted}")
    if len(heads) > len(headings):
        raise body[heads[len(headings)]].error("expected no further heading")
    if len(heads) < len(headings):
        last = body[-1].number if body else None
        raise CourseFileError(file, last, f"the heading ## {headings[len(heads)]} is missing")
    found = {}
    for wanted, start, end in zip(headings, heads, [*heads[1:], len(body)], strict=True):
        if end == start + 1:
            raise body[start].error(f"nothing stands under ## {wanted}")
        found[wanted] = Section(body[start], tuple(body[start + 1 : end]))
    return found


def items(section: Section) -> tuple[str, ...]:
    """The items of a list; a line that begins with two spaces goes on with the item before it."""
    found: list[str] = []
    for line in section.lines:
        if line.text.startswith("- "):
            found.append(line.text[2:].strip())
        elif line.text.startswith("  ") and found:
            found[-1] = f"{found[-1]} {line.text.strip()}"
        else:
            raise line.error("expected a line that begins with « - »")
    return tuple(found)


def paragraph(lines: Iterable[Line]) -> str:
    """The lines as one text."""
    return " ".join(line.text.strip() for line in lines)
