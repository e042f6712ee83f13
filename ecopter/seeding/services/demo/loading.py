"""Loading the demonstration school, whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.platform.adapters import adapters
from ecopter.platform.paths import CONTENT
from ecopter.seeding.queries import demo as queries
from ecopter.seeding.queries.demo import DemoCounts, counts, has_demo
from ecopter.seeding.rules.demo_days import dated
from ecopter.seeding.rules.demo_draw import Draw
from ecopter.seeding.rules.demo_files import DemoFiles, read_demo
from ecopter.seeding.services.demo.associations import load_associations
from ecopter.seeding.services.demo.cohorts import load_cohorts
from ecopter.seeding.services.demo.papers import load_papers
from ecopter.seeding.services.demo.people import load_people, load_school
from ecopter.seeding.services.demo.places import Loading, Shipped
from ecopter.seeding.services.demo.registers import load_registers
from ecopter.seeding.services.demo.results import load_results
from ecopter.seeding.services.demo.telling import load_news
from ecopter.seeding.services.demo.today import add_make_up_day, load_waiting
from ecopter.shared.dates import local
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_, sign_in_key

Progress = Callable[[str, int, int], None]

FOLDER = CONTENT / "demo"
NO_COURSE = N_("The course must be loaded before the demonstration school.")
TAKEN = N_("Nothing was loaded: the demonstration school needs these names: %(names)s")


@dataclass(frozen=True)
class DemoReport:
    """`is_new` when the school was loaded now; else `half_days` says what this day still needed."""

    is_new: bool
    half_days: int
    counts: DemoCounts

    @property
    def changed(self) -> bool:
        return self.is_new or self.half_days > 0


def load_demo(*, now: datetime, password: str, progress: Progress | None = None) -> DemoReport:
    """Load the fictional school of `content/demo`; `password` opens its accounts for visitors.

    Loaded a second time it changes nothing, except that on another day the current cohort gets the
    make-up day of that day. `progress` is called with what is being loaded and how far it is.

    Raises Conflict when the course is missing, or names of the demonstration are in use;
    CourseFileError when a file cannot be read.
    """
    files = read_demo(FOLDER)
    shipped = _shipped(files)
    if has_demo():
        return _refresh(files, shipped, now=now)
    zone = str(current_app.config["SCHOOL_ZONE"])
    today = local(now, zone).date()
    loading = Loading(
        files=files,
        shipped=shipped,
        draw=Draw(files.seed),
        now=now,
        zone=zone,
        dated=tuple(dated(cohort, files, today) for cohort in files.cohorts),
    )
    _refuse_taken(files)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("school", lambda: load_school(loading)),
        ("people", lambda: load_people(loading, password)),
        ("associations", lambda: load_associations(loading)),
        ("cohorts", lambda: load_cohorts(loading)),
        ("registers", lambda: load_registers(loading)),
        ("results", lambda: load_results(loading)),
        ("papers", lambda: load_papers(loading)),
        ("today", lambda: _load_today(loading)),
    ]
    for done, (name, load) in enumerate(steps):
        if progress:
            progress(name, done, len(steps))
        load()
    db.session.flush()
    found = counts()
    record(
        "demo.loaded",
        actor=Actor(),
        now=now,
        about=("demo", None),
        users=found.users,
        cohorts=found.cohorts,
        associations=found.associations,
        half_days=sum(found.half_days.values()),
    )
    if progress:
        progress("", len(steps), len(steps))
    return DemoReport(is_new=True, half_days=found.make_up_half_days, counts=found)


def _load_today(loading: Loading) -> None:
    load_waiting(loading, adapters().files)
    load_news(loading)
    _keep_alive(
        loading.files, loading.shipped, loading.users[loading.files.instructor], loading.now
    )


def _refresh(files: DemoFiles, shipped: Shipped, *, now: datetime) -> DemoReport:
    """What another day needs; nothing on the day of the loading."""
    before = counts()
    name = next(each.sign_in_name for each in files.people if each.code == files.instructor)
    instructor_id = queries.find_demo_user_id(sign_in_key(name))
    added = _keep_alive(files, shipped, instructor_id, now) if instructor_id else 0
    if added:
        record("demo.refreshed", actor=Actor(), now=now, about=("demo", None), half_days=added)
    return DemoReport(is_new=False, half_days=added, counts=counts() if added else before)


def _keep_alive(files: DemoFiles, shipped: Shipped, instructor_id: int, now: datetime) -> int:
    """Give the current cohort its day, and let the current group of leaders end today."""
    today = local(now, str(current_app.config["SCHOOL_ZONE"])).date()
    for file in files.cohorts:
        group = queries.find_demo_cohort(file.code) if file.starts_on is None else None
        if group is not None:
            group.ends_on = max(group.ends_on, today)
    cohort = queries.find_demo_cohort(files.make_up.cohort)
    if cohort is None:
        return 0
    return add_make_up_day(files, shipped, cohort, instructor_id, now=now)


def _shipped(files: DemoFiles) -> Shipped:
    curricula = queries.find_curricula({cohort.curriculum for cohort in files.cohorts})
    sites = queries.find_sites(
        {
            *(half_day.site for half_day in files.half_days),
            *(cohort.site for cohort in files.cohorts if cohort.site),
            files.make_up.site,
        }
    )
    if len(curricula) < len({cohort.curriculum for cohort in files.cohorts}) or not sites:
        raise Conflict(NO_COURSE)
    lessons = [
        lesson.id
        for curriculum in curricula.values()
        for module in curriculum.modules
        for lesson in module.lessons
    ]
    return Shipped(curricula, queries.questions_by_lesson(lessons), sites)


def _refuse_taken(files: DemoFiles) -> None:
    taken = queries.taken_names(
        [sign_in_key(person.sign_in_name) for person in files.people],
        [cohort.code for cohort in files.cohorts],
        [row["name"] for row in files.associations],
    )
    if taken:
        raise Conflict(TAKEN, names=", ".join(sorted(taken)))
