"""Tests that share something costly run in one process."""

import pytest

from tests.sharing import BesideEachOther, group_of


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("tests/access/test_doors.py", "doors"),
        ("tests/journeys/test_trainee.py", "journeys"),
        ("tests/people/test_rules.py", ""),
    ],
)
def test_a_file_belongs_to_the_group_it_names(path, group):
    assert group_of(path) == group


def test_tests_of_a_group_are_one_piece_of_work_and_others_one_each():
    def piece(nodeid):
        return BesideEachOther._split_scope(None, nodeid)

    walk = "tests/access/test_doors.py::test_no_page_changes_anything"
    assert piece(walk) == piece("tests/access/test_doors.py::TestTheWalkItself::test_anything")
    assert piece("tests/people/test_rules.py::test_a") != piece(
        "tests/people/test_rules.py::test_b"
    )
