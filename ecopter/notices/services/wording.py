"""The sentence of a notice in one language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ecopter.notices.models import Notice
from ecopter.notices.queries import NewNotice
from ecopter.notices.rules import HALVES, SENTENCES, SENTENCES_OF_DECISION, SENTENCES_OF_ONE_DAY
from ecopter.platform.i18n import day, say
from ecopter.shared.languages import title_in


def words_of(notice: Notice | NewNotice, tag: str) -> str:
    """One plain sentence without a line break; the page or mail around it is in language `tag`."""
    values = {name: _written(name, value, tag) for name, value in notice.facts.items()}
    return " ".join(say(_sentence_of(notice), **values).split())


def _sentence_of(notice: Notice | NewNotice) -> str:
    facts = notice.facts
    if facts.get("first_day") == facts.get("last_day"):
        return SENTENCES_OF_ONE_DAY.get(notice.event, SENTENCES[notice.event])
    return SENTENCES[notice.event]


def _written(name: str, value: Any, tag: str) -> str:
    if isinstance(value, Mapping):
        return title_in(value, tag)
    if name.endswith("_day"):
        return day(date.fromisoformat(value), "full")
    if name.endswith("half"):
        return say(HALVES[value])
    if name == "decision":
        return say(SENTENCES_OF_DECISION[value])
    return str(value)
