"""Every file for a spreadsheet: no cell runs, none breaks out of its column."""

import ast
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from flask import Flask, Response

from ecopter.platform.paths import PACKAGE
from ecopter.ui.lists import csv_response, harmless
from tests.attack.corpus import addresses, ask, make_school_of_texts, plant
from tests.attack.payloads import FORMULAS
from tests.browser import Browser

pytestmark = [pytest.mark.xdist_group("content"), pytest.mark.timeout(1800)]

TEXTS = list(FORMULAS.values())
# What a spreadsheet begins a formula with, in narrow and in wide letters (OWASP, CSV injection).
BEGINS = "=+-@\t\r\n＝＋－＠"
MARK = "\ufeff"
# The one file that is the answer to a form, since taking it away is an act the trail keeps.
SENT = "/people/export"
# The list inside an archive of papers is written beside the lists of pages, by the same rule.
WRITERS = {"ui/lists.py", "certificates/services/bundles.py"}


def cells(content: str) -> list[list[str]]:
    """As a spreadsheet set to French reads it."""
    return list(csv.reader(io.StringIO(content.removeprefix(MARK), newline=""), delimiter=";"))


def formula(cell: str) -> bool:
    """Whether a cell is run; a plain negative number is only a number."""
    if cell[:1] not in BEGINS or not cell:
        return False
    return not (cell[0] == "-" and cell[1:].replace(",", "").replace(".", "").isdigit())


def faults_of(content: str) -> list[str]:
    """Cells that are run, rows that are wider than their headings, and what changes on the way."""
    rows = cells(content)
    faults = [f"a formula: {cell!r}" for row in rows for cell in row if formula(cell)]
    faults += [f"{len(row)} cells under {len(rows[0])} headings" for row in rows
               if len(row) != len(rows[0])]  # fmt: skip
    again = io.StringIO(newline="")
    csv.writer(again, delimiter=";", lineterminator="\r\n").writerows(rows)
    if again.getvalue() != content.removeprefix(MARK):
        faults.append("another text when it is written again")
    return faults


@dataclass
class Export:
    """What the lists gave: by module of their view, the files and what is wrong with them."""

    modules: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    files: int = 0
    cells: int = 0
    faults: list[str] = field(default_factory=list)

    def read(self, app: Flask, address: str, answer: Response) -> None:
        if answer.status_code >= 500:
            self.faults.append(f"{address}: {answer.status_code}")
        if answer.mimetype != "text/csv":
            return
        content = answer.get_data(as_text=True)
        self.modules.add(module_of(app, address, answer.request.method))
        self.addresses.add(address)
        self.files += 1
        self.cells += sum(len(row) for row in cells(content))
        self.faults += [f"{address}: {fault}" for fault in faults_of(content)]
        said = answer.headers.getlist("Content-Disposition")
        if len(said) != 1 or not said[0].startswith("attachment"):
            self.faults.append(f"{address}: {said}")


def module_of(app: Flask, address: str, method: str) -> str:
    rules = app.url_map.bind("localhost")
    endpoint, _ = rules.match(address.partition("?")[0], method=method)
    return app.view_functions[endpoint].__module__


def exporting(sources: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Modules that make a file of rows."""
    for name, source in sources:
        called = {
            getattr(node.func, "id", getattr(node.func, "attr", ""))
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call)
        }
        if "csv_response" in called:
            yield name


def sources() -> Iterator[tuple[str, str]]:
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        yield name, path.read_text(encoding="utf-8")


def test_no_cell_of_any_file_is_a_formula(app, browser, amount, proof):
    world = make_school_of_texts()
    readers = [Browser(app).as_(world.people[role]) for role in ("administrator", "instructor")]
    pages = [f"{address}?format=csv" for address in addresses(app, world.ours.address)]
    found = Export()
    rounds = amount(short=3, long=len(TEXTS))
    for number in range(rounds):
        turn = count(number * (1 if rounds > 3 else 9))
        plant(lambda turn=turn: TEXTS[next(turn) % len(TEXTS)])
        for reader in readers:
            for address in pages:
                found.read(app, address, ask(reader, address))
            token = {"csrf_token": reader.token()}
            answer = ask(reader, SENT, method="POST", data=token)
            found.read(app, SENT, answer)
        # What was no file for the two of them in the first round is none afterwards.
        pages = sorted(found.addresses - {SENT})

    assert found.faults == []
    assert found.modules == set(exporting(sources())), "a list as a file that nobody tried"
    proof(
        "attack",
        "No cell of a file for spreadsheets is a formula, and none leaves its column",
        bar="0 formula cells, every export tried",
        figure=f"{len(TEXTS)} texts, {len(found.modules)} exports, {found.files} files, "
        f"{found.cells} cells: 0",
    )


@pytest.mark.parametrize("text", TEXTS, ids=FORMULAS)
def test_a_text_is_disarmed_and_stays_in_its_cell(app, text):
    with app.test_request_context():
        content = csv_response("x", [text, "b"], [[text, "c"]]).get_data(as_text=True)

    assert faults_of(content) == []
    assert all(row[0].endswith(text) for row in cells(content))


@pytest.mark.parametrize("number", ["-1", "-1,5", "-0.5", "12"])
def test_a_number_stays_a_number(number):
    assert harmless(number) == number


def test_files_of_rows_are_written_in_two_places_only():
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "csv.writer(" in path.read_text("utf-8") or "DictWriter(" in path.read_text("utf-8")
    }

    assert found == WRITERS


# Planted faults: what the harness has to find.


def test_a_writer_that_does_not_disarm_is_found():
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";", lineterminator="\r\n").writerows([[one] for one in TEXTS])

    armed = [text for text in TEXTS if text[0] in BEGINS]
    assert len(faults_of(target.getvalue())) >= len(armed) > 15


def test_a_writer_that_glues_its_cells_together_is_found():
    content = "\r\n".join(";".join(row) for row in (["a", "b"], [FORMULAS["next cell"], "c"]))

    assert any("headings" in fault for fault in faults_of(content))


def test_a_list_that_nobody_tried_is_found():
    fresh = ("ecopter.x.views.y", "def index():\n    return csv_response('x', [], [])\n")

    assert list(exporting([fresh])) == ["ecopter.x.views.y"]
