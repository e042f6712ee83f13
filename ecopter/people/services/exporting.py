"""Taking the list of people away in a file: an act that the trail keeps."""

from datetime import datetime

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.people.queries.persons import PersonRecord, Search, list_records


def export_people(search: Search, *, actor: Actor, now: datetime) -> list[PersonRecord]:
    """Everyone looked for, with their details; that it was done, and of how many, is kept."""
    records = list_records(search, now=now)
    audit.record(
        "people.exported", actor=actor, now=now, about=("people", None), count=len(records)
    )
    return records
