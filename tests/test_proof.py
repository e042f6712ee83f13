"""The page of what is promised is written from what was counted, and forgets no promise."""

import ast
from pathlib import Path

import pytest

from tests.proof import PAGE, Proof, keep, kept, page

TESTS = Path(__file__).parent
A_ROW = Proof(
    "faults", "Nothing is lost", "0 lost", "200 saves | 0 lost", "./dev test tests/faults"
)


def promises():
    """What the harnesses promise in so many words."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "proof":
                said = node.args[1] if len(node.args) > 1 else None
                if isinstance(said, ast.Constant):
                    yield said.value


def test_every_promise_of_a_harness_is_on_the_page():
    on_it = PAGE.read_text("utf-8")
    named = list(promises())

    assert len(named) > 40
    assert [promise for promise in named if promise not in on_it] == [], "write it: ./dev proof"


def test_what_was_counted_comes_back_as_a_row(tmp_path):
    keep(tmp_path, A_ROW)
    keep(tmp_path, A_ROW)

    assert kept(tmp_path) == [A_ROW]
    assert "| Nothing is lost | 0 lost | 200 saves \\| 0 lost | `" in page(kept(tmp_path))


def test_a_section_that_the_page_does_not_have_is_refused():
    with pytest.raises(ValueError, match="no such section"):
        Proof("weather", "It is fine", "sun", "sun", "look out")
