"""Sets the words of a credential as the page that is printed, in French and in Arabic."""

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

import segno
import structlog
from babel import Locale
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.people.rules import Civility
from ecopter.platform.adapters import adapters
from ecopter.platform.paths import TEMPLATES
from ecopter.platform.pdf import Document

if TYPE_CHECKING:
    from ecopter.certificates.rules.drawing import Drawing

STYLESHEET: Final = "certificate.css"

QUIET_MODULES: Final = 4
QR_CORE_MM: Final = 25

# So many letters fit on the line of a name at each size; a longer one takes two lines.
_NAME_SIZES: Final = ((22, "name--short"), (27, "name--long"), (34, "name--longer"))
_LONGEST_NAME: Final = "name--longest"
# Up to so many lines a paper is set wide, from so many on it is set tightly.
_AIRY_LINES: Final = 9
_DENSE_LINES: Final = 14
_PACKED_COMPETENCES: Final = 9
_LETTERS_IN_A_LINE: Final = 34
# A name set wide, civility included, and an address beside a logo take a second line beyond.
_LETTERS_OF_A_WIDE_NAME: Final = 18
_LETTERS_OF_AN_ADDRESS: Final = 44
_CIVILITY_LETTERS: Final = {
    Civility.MADAME: len("Madame "),
    Civility.MONSIEUR: len("Monsieur "),
    Civility.NEUTRAL: 0,
}
# The four natures of the certificat de réalisation take a line each.
_NATURE_LINES: Final = 3

_DIRECTION_MARKS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
_ARABIC: Final = Locale("ar", "MA")
_HOURS: Final = {"one": "ساعة واحدة", "two": "ساعتان", "few": "{} ساعات", "other": "{} ساعة"}
_MINUTES: Final = {"one": "دقيقة واحدة", "two": "دقيقتان", "few": "{} دقائق", "other": "{} دقيقة"}


def certificate_document(words: CertificateWords) -> Document:
    """What a renderer needs to print the paper; a school's logo is read from the file store."""
    logo = _logo(words.school.logo) if words.school.logo else None
    return Document(html=certificate_html(words, logo), stylesheet=STYLESHEET)


def certificate_html(words: CertificateWords, logo: "Drawing | None" = None) -> str:
    """The whole page as HTML; the same words and logo always give the same page."""
    template = _environment().get_template(f"documents/{words.kind}.html")
    return template.render(words=words, room=_room(words), logo=logo)


def _logo(digest: str) -> "Drawing | None":
    """A logo that is lost or cannot be read is left out: the paper is worth more than it."""
    # Pillow comes with the first logo: most processes never need its memory.
    from ecopter.certificates.rules.drawing import drawing_of  # noqa: PLC0415

    try:
        return drawing_of(adapters().files.get(digest))
    except (OSError, ValueError) as reason:
        structlog.get_logger("ecopter").warning("logo left out", logo=digest, why=str(reason))
        return None


def french_mark(mark: Decimal | None) -> str:
    """`13,5`; a dash where nothing was marked."""
    return "–" if mark is None else f"{mark:.1f}".replace(".", ",")


def french_date(day: date) -> str:
    """`1er mars 2026`, `23 novembre 2026`."""
    text = format_date(day, "d MMMM y", locale="fr")
    return text.replace("1 ", "1er ", 1) if day.day == 1 else text


def arabic_date(day: date) -> str:
    """Day, month as it is called in Morocco, year, in digits 0-9: `23 نونبر 2026`."""
    return format_date(day, "d MMMM y", locale=_ARABIC).translate(_DIRECTION_MARKS)


def french_hours(minutes: int) -> str:
    """`245 h`, `243 h 30`: exact, never rounded."""
    whole, rest = divmod(minutes, 60)
    return f"{whole}\u00a0h\u00a0{rest:02d}" if rest else f"{whole}\u00a0h"


def arabic_hours(minutes: int) -> str:
    """`245 ساعة`, `243 ساعة و30 دقيقة`: exact, the noun agreeing with the number."""
    whole, rest = divmod(minutes, 60)
    parts = [_counted(whole, _HOURS)] if whole or not rest else []
    if rest:
        parts.append(_counted(rest, _MINUTES))
    return " و".join(parts)


def qr_path(address: str) -> tuple[int, str]:
    """The QR code of an address: modules on a side, and the dark ones as one SVG path.

    Level M or better where it costs no room. The path draws each run of dark modules of a row as
    a line one module thick, quiet zone included in the coordinates.
    """
    rows = segno.make(address, error="m", micro=False).matrix
    lines = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                lines.append(f"M{x + QUIET_MODULES} {y + QUIET_MODULES}.5h{length}")
            x += length
    return len(rows), "".join(lines)


def name_size(name: str) -> str:
    """The class that lets a name, civility included, stay on its line."""
    fitting = (size for letters, size in _NAME_SIZES if len(name) <= letters)
    return next(fitting, _LONGEST_NAME)


def _counted(number: int, nouns: dict[str, str]) -> str:
    return nouns.get(_ARABIC.plural_form(number), nouns["other"]).format(number)


def _room(words: CertificateWords) -> str:
    """How far apart lines stand: as far as leaves the foot of the one page to the signature."""
    texts = [
        *(objective.fr for objective in words.objectives),
        *(competence.title.fr for competence in words.competences),
        *(module.title.fr for module in words.marks),
        words.title.fr,
        words.school.legal_name.fr,
        words.organisation,
    ]
    lines = len(words.periods) + sum(1 + len(text) // _LETTERS_IN_A_LINE for text in texts if text)
    name = _CIVILITY_LETTERS[words.person.civility] + len(words.person.latin)
    lines += 2 if name > _LETTERS_OF_A_WIDE_NAME else 1
    lines += len(words.school.address) // _LETTERS_OF_AN_ADDRESS
    if words.school.logo:
        lines += 1
    if words.kind is CredentialKind.COMPLETION:
        lines += _NATURE_LINES
    if lines <= _AIRY_LINES:
        return "airy"
    if max(len(words.competences), len(words.marks)) >= _PACKED_COMPETENCES:
        return "dense packed"
    return "dense" if lines >= _DENSE_LINES else "even"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "arabic_date": arabic_date,
        "arabic_hours": arabic_hours,
        "french_date": french_date,
        "french_hours": french_hours,
        "french_mark": french_mark,
        "name_size": name_size,
    }
    environment.globals |= {
        "qr_path": qr_path,
        "QR_CORE_MM": QR_CORE_MM,
        "QUIET_MODULES": QUIET_MODULES,
    }
    return environment
