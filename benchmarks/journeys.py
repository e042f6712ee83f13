"""What is measured: who asks for what, beside which yardstick, and what it has to reach.

Goals are ratios where a bare application is the yardstick. Milliseconds are of the server's
processor, as measured on two cores of 2026: they are printed and fail nothing.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from benchmarks.client import Answer, Ask, Visit, fields_of, sign_in_form
from benchmarks.seed import Facts, in_letters

HELLO, JINJA, HASH = "/hello", "/jinja500", "/hash"
YARDSTICKS = {
    HELLO: Ask(HELLO, "hello"),
    JINJA: Ask(JINJA, "Ijja Tazart 499"),
    HASH: Ask(HASH, "True"),
}
LIST = 200
IMPORTED = 1_000

Asks = Generator[Ask, Answer, None]


@dataclass(frozen=True)
class Goal:
    """What a journey has to reach; None is not asked of it.

    `share` of the bare hello's rate with eight readers, `milliseconds` of processor for one
    request, `over` the yardstick in milliseconds, `queries` at most.
    """

    share: float | None = None
    milliseconds: float | None = None
    over: float | None = None
    queries: int | None = None


@dataclass(frozen=True)
class Journey:
    """`role` names the reader among the facts; `asks` makes one sample's requests, checked."""

    name: str
    role: Callable[[Facts], str | None]
    asks: Callable[[Visit], Asks]
    goal: Goal
    yardstick: str = HELLO
    samples: int = 6
    # A page that is only read: it is weighed, and asked for by eight at once if a share is due.
    is_page: bool = True
    # An act far above ten milliseconds, counted once.
    is_long: bool = False


def page(path: Callable[[Facts], str], marker: str) -> Callable[[Visit], Asks]:
    def asks(visit: Visit) -> Asks:
        yield Ask(path(visit.facts), marker)

    return asks


def verification(visit: Visit) -> Asks:
    """Another paper each time, known by the name on it."""
    number = visit.memory["paper"] = visit.memory.get("paper", -1) + 1
    yield paper(visit.facts, number)


def paper(facts: Facts, number: int) -> Ask:
    code, name = facts.codes[number % len(facts.codes)]
    dashed = "-".join(code[start : start + 4] for start in range(0, 16, 4))
    return Ask(f"/verify/{dashed}", name)


def signing_in(visit: Visit) -> Asks:
    """The door with a right password, from the same browser that nobody has signed in on yet."""
    if "door" not in visit.memory:
        visit.memory["door"] = sign_in_form(visit, visit.facts.typical.trainees[0])
    yield visit.memory["door"]


def saving(path: Callable[[Facts], str]) -> Callable[[Visit], Asks]:
    """A register saved as a draft, every line with another answer than before."""

    def asks(visit: Visit) -> Asks:
        address = path(visit.facts)
        if address not in visit.memory:
            visit.memory[address] = _register_form(visit, address)
        form = visit.memory[address]
        yield Ask(address, "/register", status=303, form=form)
        form["version"] = str(int(form["version"]) + 1)
        for name, value in form.items():
            if name[1:].isdecimal():
                form[name] = "absent" if value == "present" else "present"

    return asks


def _register_form(visit: Visit, address: str) -> dict[str, str]:
    body = visit.ask(Ask(address, 'name="version"')).body
    fields = fields_of(body)
    lines = {f"s{one}": "present" for one in _lines(body.decode())}
    hours = {"starts": "14:00", "ends": "17:30", "do": "draft"}
    return {"csrf_token": fields["csrf_token"], "version": fields["version"]} | hours | lines


def _lines(body: str) -> list[str]:
    """The people of a register, by the button that shows their further fields."""
    parts = body.split("<template", 1)[0].split("name=more value=")[1:]
    return [part.partition(">")[0] for part in parts]


def importing(visit: Visit) -> Asks:
    """A thousand new people by lists of two hundred, each checked and then enrolled."""
    number = visit.memory["import"] = visit.memory.get("import", -1) + 1
    intake = visit.facts.intakes[number % len(visit.facts.intakes)]
    address = f"/cohorts/{intake}/roster"
    if "token" not in visit.memory:
        visit.memory["token"] = fields_of(visit.ask(Ask(address, "csrf_token")).body)["csrf_token"]
    for first in range(0, IMPORTED, LIST):
        people = [in_letters(10_000 * (number + 1) + first + one) for one in range(LIST)]
        text = "\n".join(f"Tala;Import {word}" for word in people)
        form = {"csrf_token": visit.memory["token"], "text": text, "starts_on": "2027-10-01"}
        checked = yield Ask(address, f"Import {people[-1]}", form=form)
        mark = {"checked": fields_of(checked.body)["checked"], "act": "enrol"}
        yield Ask(address, f"/cohorts/{intake}", status=303, form=form | mark)


def _trainee(facts: Facts) -> str:
    return facts.typical.trainees[0]


def _path(facts: Facts) -> str:
    return f"/path/{facts.typical.enrolments[0]}"


JOURNEYS = (
    Journey(
        "home of a trainee",
        _trainee,
        page(lambda _: "/", "welcome__title"),
        Goal(1 / 25, queries=8),
    ),
    Journey(
        "module",
        _trainee,
        page(lambda facts: f"{_path(facts)}/modules/{facts.typical.module}", "/lessons/"),
        Goal(1 / 18, queries=6),
    ),
    Journey(
        "lesson",
        _trainee,
        page(lambda facts: f"{_path(facts)}/lessons/{facts.typical.lesson}", "/quiz"),
        Goal(1 / 18, queries=6),
    ),
    Journey(
        "register of 17",
        lambda facts: facts.typical.instructor,
        page(lambda facts: f"/sessions/{facts.typical.draft}/register", "register-form"),
        Goal(1 / 18, queries=6),
    ),
    Journey("verification", lambda _: None, verification, Goal(1 / 9, queries=2)),
    Journey(
        "register of 500",
        lambda facts: facts.large.instructor,
        page(lambda facts: f"/sessions/{facts.large.draft}/register", "register-form"),
        Goal(milliseconds=14, queries=6),
        yardstick=JINJA,
        samples=3,
    ),
    Journey(
        "cohort of 500",
        lambda facts: facts.large.instructor,
        page(lambda facts: f"/cohorts/{facts.large.cohort}", "/trainees/"),
        Goal(milliseconds=17, queries=6),
        yardstick=JINJA,
        samples=3,
    ),
    Journey(
        "gradebook 17 x 18",
        lambda facts: facts.short.instructor,
        page(lambda facts: f"/cohorts/{facts.short.cohort}/gradebook", "A1-L1"),
        Goal(milliseconds=6.6, queries=7),
        samples=3,
    ),
    Journey(
        "gradebook 500 x 56, first 50",
        lambda facts: facts.large.instructor,
        page(lambda facts: f"/cohorts/{facts.large.cohort}/gradebook", "M10-L1"),
        Goal(milliseconds=15, queries=7),
        yardstick=JINJA,
        samples=3,
    ),
    Journey(
        "gradebook 500 x 56, whole",
        lambda facts: facts.large.instructor,
        page(lambda facts: f"/cohorts/{facts.large.cohort}/gradebook?everyone=1", "M10-L1"),
        Goal(milliseconds=100, queries=7),
        yardstick=JINJA,
        samples=2,
    ),
    Journey(
        "sign-in",
        lambda _: None,
        signing_in,
        Goal(over=5),
        yardstick=HASH,
        samples=4,
        is_page=False,
    ),
    Journey(
        "save a register of 17",
        lambda facts: facts.typical.instructor,
        saving(lambda facts: f"/sessions/{facts.typical.blank}/register"),
        Goal(milliseconds=6.8),
        samples=4,
        is_page=False,
    ),
    Journey(
        "save a register of 500",
        lambda facts: facts.large.instructor,
        saving(lambda facts: f"/sessions/{facts.large.blank}/register"),
        Goal(milliseconds=13.5),
        yardstick=JINJA,
        samples=2,
        is_page=False,
    ),
    Journey(
        "import of 1,000 people",
        lambda facts: facts.administrator,
        importing,
        Goal(milliseconds=500),
        yardstick=JINJA,
        samples=1,
        is_page=False,
        is_long=True,
    ),
)
