"""What is next for one person, gathered from the features below."""

from dataclasses import dataclass
from datetime import datetime

from ecopter.authorization.policy import Actor
from ecopter.home.queries.leader import LeaderHome, get_leader_home
from ecopter.home.queries.learner import Learner, get_learner
from ecopter.home.queries.news import News, get_news
from ecopter.home.queries.office import Office, get_office
from ecopter.home.queries.teacher import Teacher, get_teacher
from ecopter.people.queries.second_factor import wants_reminder
from ecopter.ui.navigation import Area, only_leads, own_place

__all__ = ["Home", "LeaderHome", "Learner", "Office", "Teacher", "get_home", "get_leader_home"]


@dataclass(frozen=True)
class Home:
    """The parts stack on one page: nobody signs out to change hats."""

    news: News
    learner: Learner | None
    teacher: Teacher | None
    office: Office | None
    wants_second_factor: bool = False


def get_home(actor: Actor, now: datetime) -> Home:
    """The parts of each hat; a fixed number of queries for each."""
    if only_leads(actor):
        # Their home is that of the leaders' area.
        return Home(News((), False), None, None, None)
    own = own_place(actor, Area.SCHOOL)
    return Home(
        news=get_news(actor),
        learner=get_learner(own, actor, now) if own else None,
        teacher=get_teacher(actor, now) if actor.is_staff else None,
        office=get_office(actor, now) if actor.is_staff else None,
        wants_second_factor=wants_reminder(actor, now=now),
    )
