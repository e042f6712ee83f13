"""The first page of the leaders' area: the training, the next week-end, the association."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ecopter.associations.queries import HeldMandate, list_of_person
from ecopter.authorization.policy import Actor
from ecopter.home.queries.learner import Learner, get_learner
from ecopter.home.queries.news import News, get_news
from ecopter.ui.navigation import Area, own_place


@dataclass(frozen=True)
class LeaderHome:
    """`mandates` are all this person holds or held, those of today first."""

    news: News
    learner: Learner | None
    mandates: Sequence[HeldMandate]


def get_leader_home(actor: Actor, now: datetime) -> LeaderHome:
    """Two queries, and those of the training where there is one."""
    own = own_place(actor, Area.LEADERS)
    held = list_of_person(actor.user_id, now=now) if actor.user_id is not None else ()
    return LeaderHome(get_news(actor), get_learner(own, actor, now) if own else None, held)
