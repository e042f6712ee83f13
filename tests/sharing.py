"""Which process runs which test: files that share something costly stay together.

pytest-xdist 3.8 no longer finds its own group marks with pytest 9.2 (it writes them into a name
that pytest does not read any more), so that a school was started, and every page walked, in each
process. The marks are read from the files instead; a file belongs to the first group it names.
"""

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]
MARK = re.compile(r'xdist_group\("(\w+)"\)')


class BesideEachOther(LoadScopeScheduling):
    """Groups go to one process, the largest first; all other tests to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid


@cache
def group_of(path: str) -> str:
    """The group a test file names; none for most."""
    file = ROOT / path
    found = MARK.search(file.read_text("utf-8")) if file.is_file() else None
    return found[1] if found else ""
