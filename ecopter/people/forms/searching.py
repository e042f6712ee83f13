"""Reading from an address which people are looked for."""

from ecopter.people.queries.persons import SORTS, Search
from ecopter.people.rules import SchoolRole
from ecopter.people.rules.administration import PersonState
from ecopter.ui.lists import ListState, list_state


def read_list() -> ListState:
    """The list as the address of this request says it; one for the page and for the file."""
    return list_state(
        filters={"role": list(SchoolRole), "state": list(PersonState)},
        sorts=SORTS,
    )


def search_of(state: ListState) -> Search:
    """The same as the queries take it."""
    role, wanted = state.filters.get("role"), state.filters.get("state")
    return Search(
        words=tuple(state.words),
        state=PersonState(wanted) if wanted else None,
        role=SchoolRole(role) if role else None,
        sort=state.column,
        is_descending=state.is_descending,
    )
