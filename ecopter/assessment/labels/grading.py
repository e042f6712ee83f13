"""The words for levels of a rubric and for files that were not taken."""

from markupsafe import Markup

from ecopter.assessment.rules.uploads import Trouble
from ecopter.curricula.models import RubricCriterion
from ecopter.platform.i18n import lazy, number, say
from ecopter.shared.text import N_

KILOBYTES = N_("%(size)s kB")
MEGABYTES = N_("%(size)s MB")

COUNTS_AS = N_("counts as %(level)s")

LEVEL: dict[int, str] = {
    1: lazy("Not acquired"),
    2: lazy("Being acquired"),
    3: lazy("Acquired"),
    4: lazy("Mastered"),
}

TROUBLE: dict[Trouble, str] = {
    Trouble.EMPTY: lazy("The file is empty. Choose it again."),
    Trouble.TOO_LARGE: lazy(
        "The file is larger than 8 MB. Take a smaller photo or a shorter document."
    ),
    Trouble.TOO_MANY: lazy("Ten files at most. Remove one first."),
    Trouble.WRONG_KIND: lazy(
        "This kind of file is not accepted. Use a JPEG, PNG or WebP photo, or a PDF, ODT or DOCX "
        "document."
    ),
    Trouble.BROKEN: lazy("The file is damaged and cannot be opened. Take it or save it again."),
    Trouble.TOO_MANY_PIXELS: lazy("The picture is larger than 25 megapixels. Take a smaller one."),
    Trouble.LOCKED: lazy("The document has a password. Save it again without one."),
    Trouble.ACTIVE: lazy("The document contains a program or a macro. Save it again without it."),
    Trouble.BOMB: lazy("The document is too large once opened. Save a shorter one."),
}


def french(text: str) -> Markup:
    """Words of the course, which are French for now, inside a page in any language."""
    return Markup('<span lang="fr" dir="ltr">{}</span>').format(text)


def level_cards(row: RubricCriterion, cap: int | None) -> list[tuple[int, str, str, Markup]]:
    """The levels of one criterion as the rubric shows them: value, word, points, description.

    Under a cap a higher level says as what it counts.
    """
    cards = []
    for level, text in enumerate(row.levels, start=1):
        counts = level if cap is None else min(level, cap)
        points = str(level) if counts == level else say(COUNTS_AS, level=counts)
        cards.append((level, LEVEL[level], points, french(text)))
    return cards


def file_size(size: int) -> str:
    """Bytes as a reader says them: `340 kB`, `1.4 MB`; never below 1 kB."""
    if size < 1_000_000:
        return say(KILOBYTES, size=number(max(1, round(size / 1000))))
    return say(MEGABYTES, size=number(round(size / 1_000_000, 1)))
