"""What every list shares: a search, filters, an order and a page, all kept in the address."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request, url_for

from ecopter.shared.text import fold

# A cell that begins with one of these is a formula to a spreadsheet, whatever the school meant.
# The wide forms count too: a spreadsheet set to Chinese or Japanese takes them for the narrow ones.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CSV = "csv"
LONGEST_SEARCH = 80
# Far beyond any list of the school, and still a number that a database can skip rows by.
LAST_PAGE = 1_000_000


@dataclass(frozen=True)
class ListState:
    """How a reader wants to see a list, as the address says it; whatever is unknown is left out.

    `filters` are the chosen values by name, `sort` one of the sorts offered with "-" in front
    for the other way round. `kept` says which list of several it is: it goes along wherever the
    reader searches, sorts or pages, and narrows nothing.
    """

    search: str
    filters: Mapping[str, str]
    sort: str
    number: int
    as_file: bool
    default_sort: str = ""
    kept: Mapping[str, object] = field(default_factory=dict)
    _where: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """The words searched for, folded: a row matches when it holds them all."""
        return fold(self.search).split()

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.filters)

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    def url(self, **changes: object) -> str:
        """The address of the list with some of it changed; None takes a part away."""
        parts: dict[str, object] = {"q": self.search, **self.filters, **self.kept}
        parts["sort"] = "" if self.sort == self.default_sort else self.sort
        if changes.keys() <= {"page", "format"}:
            parts["page"] = "" if self.number == 1 else self.number
        kept: dict[str, Any] = {
            name: value for name, value in (parts | changes).items() if value not in (None, "")
        }
        return url_for(request.endpoint or "", **self._where, **kept)

    def sort_url(self, column: str) -> str:
        """Sort by a column, or the other way round when it is the sort already."""
        return self.url(sort=f"-{column}" if self.sort == column else column)

    def bare_url(self) -> str:
        """The same list without a search and without filters."""
        return self.url(q=None, sort=None, **dict.fromkeys(self.filters))

    def page_url(self, number: int) -> str:
        return self.url(page=number if number > 1 else None)

    def file_url(self) -> str:
        return self.url(format=CSV, page=None)


def list_state(
    *,
    filters: Mapping[str, Collection[str]],
    sorts: Sequence[str],
    default_sort: str = "",
    kept: Mapping[str, object] | None = None,
) -> ListState:
    """Read the list's state from the address of this request.

    `filters` are the values offered by name, `sorts` the columns, the first of them the default
    unless `default_sort` says otherwise (with "-" for descending). Unknown values are ignored.
    `kept` are parts of the address that the caller has read: None is left out.
    """
    arguments = request.args
    first = default_sort or sorts[0]
    wanted = arguments.get("sort", first)
    return ListState(
        search=" ".join(arguments.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
        filters={
            name: value
            for name, offered in filters.items()
            if (value := arguments.get(name, "")) in offered
        },
        sort=wanted if wanted.removeprefix("-") in sorts else first,
        number=page_number(),
        as_file=is_file_wanted(),
        default_sort=first,
        kept={name: value for name, value in (kept or {}).items() if value is not None},
        _where=dict(request.view_args or {}),
    )


def page_number() -> int:
    """Which page of a list the address asks for; the first when it says nothing sensible."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)


def is_file_wanted() -> bool:
    """Whether the address asks for the list as a file instead of a page."""
    return request.args.get("format") == CSV


def csv_response(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The list as a file that French Excel opens at once: UTF-8 with a mark, semicolons, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(heading) for heading in headings])
    writer.writerows([harmless(value) for value in row] for row in rows)
    response = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response


def harmless(value: object) -> str:
    """A cell as text; a quote disarms what a spreadsheet would run (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(",", "").replace(".", "").replace(" ", "").isdigit() and (
        text[0] == "-"
    )
