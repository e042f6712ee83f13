"""What changed since the reader last looked."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecopter.authorization.policy import Actor
from ecopter.home.rules import LATEST_NOTICES
from ecopter.notices.queries import NewNotice, list_new


@dataclass(frozen=True)
class News:
    """The latest notices not yet seen; `has_more` when others wait on their own page."""

    notices: Sequence[NewNotice]
    has_more: bool


def get_news(actor: Actor) -> News:
    """One query; none for an unknown visitor."""
    if actor.user_id is None:
        return News((), False)
    found = list_new(actor.user_id, LATEST_NOTICES + 1)
    return News(found[:LATEST_NOTICES], len(found) > LATEST_NOTICES)
