"""Reading accounts, what they may do for the school, their sessions, and mistakes at the door."""

from ecopter.people.queries.accounts import (
    OwnAccount,
    display_name,
    find_user,
    free_sign_in_name,
    get_own_account,
    get_user,
    list_taken_keys,
)
from ecopter.people.queries.presence import (
    Reader,
    count_failures,
    find_code,
    find_reader,
    list_open_sign_ins,
    reader_of,
)
from ecopter.people.queries.standing import has_school_role, list_colleagues, roles_of

__all__ = [
    "OwnAccount",
    "Reader",
    "count_failures",
    "display_name",
    "find_code",
    "find_reader",
    "find_user",
    "free_sign_in_name",
    "get_own_account",
    "get_user",
    "has_school_role",
    "list_colleagues",
    "list_open_sign_ins",
    "list_taken_keys",
    "reader_of",
    "roles_of",
]
