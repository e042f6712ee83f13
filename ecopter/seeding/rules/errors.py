"""The one refusal of a content file: which file, which line, what is wrong."""


class CourseFileError(ValueError):
    """A content file cannot be read as it stands.

    `line` counts from 1, or is None when the file or folder itself is at fault.
    """

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem
