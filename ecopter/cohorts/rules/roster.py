"""Reading a list of people as a spreadsheet copies or saves it, and what is wrong with it."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ecopter.cohorts.rules.places import Category
from ecopter.people.rules import Civility, PersonName
from ecopter.people.rules.sign_in_names import is_sign_in_name
from ecopter.shared.text import N_, fold, sign_in_key

LARGEST = 256 * 1024
MOST_ROWS = 200


class Column(StrEnum):
    """What can be said of a person, in the order that holds without a heading row."""

    GIVEN = "given_name"
    FAMILY = "family_name"
    GIVEN_AR = "given_name_ar"
    FAMILY_AR = "family_name_ar"
    SIGN_IN_NAME = "sign_in_name"
    EMAIL = "email"
    TELEPHONE = "telephone"
    CIVILITY = "civility"
    COUNTRY = "country"
    TOWN = "town"
    CATEGORY = "category"
    ORGANISATION = "organisation"


# Headings as people write them, folded (`shared.text.fold`), in French, Arabic and English.
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.GIVEN: (
        "prenom", "prenoms", "prenom (latin)", "prenom latin", "prenom (lettres latines)",
        "given name", "first name", "firstname", "given name (latin letters)",
    ),
    Column.FAMILY: (
        "nom", "nom de famille", "nom (latin)", "nom latin", "nom (lettres latines)",
        "family name", "last name", "lastname", "surname", "name",
        "family name (latin letters)",
    ),
    Column.GIVEN_AR: (
        "prenom arabe", "prenom en arabe", "prenom (arabe)", "prenom (lettres arabes)",
        "arabic given name", "given name (arabic)", "given name (arabic letters)",
        "الاسم الشخصي", "الاسم", "الاسم الشخصي بالعربيه",
    ),
    Column.FAMILY_AR: (
        "nom arabe", "nom en arabe", "nom (arabe)", "nom (lettres arabes)",
        "arabic family name", "family name (arabic)", "family name (arabic letters)",
        "الاسم العائلي", "النسب", "الاسم العائلي بالعربيه", "اللقب",
    ),
    Column.SIGN_IN_NAME: (
        "identifiant", "login", "sign-in name", "username", "user name",
        "اسم الدخول", "اسم المستخدم",
    ),
    Column.EMAIL: (
        "courriel", "e-mail", "email", "mail", "adresse mail", "adresse e-mail",
        "adresse electronique", "البريد الالكتروني", "البريد",
    ),
    Column.TELEPHONE: (
        "telephone", "tel", "portable", "mobile", "gsm", "phone", "telephone number",
        "numero de telephone", "الهاتف", "رقم الهاتف", "الجوال",
    ),
    Column.CIVILITY: ("civilite", "titre", "civility", "title", "اللقب الشرفي", "الصفه"),
    Column.COUNTRY: ("pays", "country", "البلد", "الدوله"),
    Column.TOWN: ("ville", "commune", "village", "localite", "town", "city", "المدينه", "الجماعه"),
    Column.CATEGORY: (
        "categorie", "statut", "situation", "category", "status", "الفئه", "الوضعيه",
    ),
    Column.ORGANISATION: (
        "employeur", "organisme", "organisation", "entreprise", "structure", "employer",
        "company", "المشغل", "المؤسسه",
    ),
}  # fmt: skip
# The Arabic letters of a heading are folded like those of a name: hamza forms fall together.
BY_HEADING = {fold(word): column for column, words in HEADINGS.items() for word in words}

CIVILITIES: Mapping[str, Civility] = {
    **dict.fromkeys(
        ("m", "m.", "mr", "mr.", "monsieur", "السيد", "سيد", "h", "homme"), Civility.MONSIEUR
    ),
    **dict.fromkeys(
        (
            "mme", "mme.", "madame", "mlle", "mlle.", "mademoiselle", "ms", "ms.", "mrs", "mrs.",
            "miss", "السيده", "سيده", "الانسه", "f", "femme",
        ),
        Civility.MADAME,
    ),
    "neutral": Civility.NEUTRAL,
    "-": Civility.NEUTRAL,
}  # fmt: skip
COUNTRIES: Mapping[str, str] = {
    **dict.fromkeys(("maroc", "morocco", "المغرب", "المملكه المغربيه", "mar"), "MA"),
    **dict.fromkeys(("france", "فرنسا", "fra"), "FR"),
    **dict.fromkeys(("algerie", "algeria", "الجزائر"), "DZ"),
    **dict.fromkeys(("tunisie", "tunisia", "تونس"), "TN"),
    **dict.fromkeys(("senegal", "السنغال"), "SN"),
    **dict.fromkeys(("mali", "مالي"), "ML"),
    **dict.fromkeys(("espagne", "spain", "اسبانيا"), "ES"),
    **dict.fromkeys(("belgique", "belgium", "بلجيكا"), "BE"),
    **dict.fromkeys(("italie", "italy", "ايطاليا"), "IT"),
}
CATEGORIES: Mapping[Category, tuple[str, ...]] = {
    Category.EMPLOYEE: (
        "salarie", "salariee", "salarie(e)", "employe", "employee", "اجير", "اجيره",
    ),
    Category.JOBSEEKER: (
        "demandeur d'emploi", "demandeuse d'emploi", "chomeur", "chomeuse", "jobseeker",
        "job seeker", "باحث عن عمل", "باحث(ه) عن عمل", "باحثه عن عمل",
    ),
    Category.STUDENT: ("etudiant", "etudiante", "etudiant(e)", "student", "طالب", "طالبه"),
    Category.SELF_EMPLOYED: (
        "independant", "independante", "independant(e)", "auto-entrepreneur", "self-employed",
        "self employed", "عامل مستقل", "مستقل", "مستقله",
    ),
    Category.FARMER: ("agriculteur", "agricultrice", "farmer", "فلاح", "فلاحه"),
    Category.COOPERATIVE_MEMBER: (
        "cooperateur", "cooperatrice", "membre de cooperative", "member of a cooperative",
        "cooperative member", "متعاون", "متعاونه", "عضو تعاونيه", "عضو في تعاونيه",
    ),
    Category.VOLUNTEER: (
        "benevole", "benevole associatif", "benevole associative", "volunteer", "متطوع", "متطوعه",
    ),
    Category.INACTIVE: ("sans activite", "sans emploi", "inactive", "بدون نشاط"),
    Category.OTHER: ("autre", "other", "اخر", "اخري"),
}  # fmt: skip
BY_CATEGORY = {fold(word): kind for kind, words in CATEGORIES.items() for word in words} | {
    kind.value.replace("_", " "): kind for kind in Category
}

LENGTHS = {
    Column.GIVEN: 80,
    Column.FAMILY: 80,
    Column.GIVEN_AR: 80,
    Column.FAMILY_AR: 80,
    Column.SIGN_IN_NAME: 80,
    Column.EMAIL: 200,
    Column.TELEPHONE: 40,
    Column.CIVILITY: 40,
    Column.COUNTRY: 60,
    Column.TOWN: 120,
    Column.CATEGORY: 60,
    Column.ORGANISATION: 160,
}
NEEDED = (Column.GIVEN, Column.FAMILY)
ARABIC_LETTER = re.compile(r"[\u0600-\u06FF\u0750-\u077F]")
ARABIC_NAME = re.compile(r"[\u0600-\u06FF\u0750-\u077F\s'’.-]*")
NOT_IN_NAMES = re.compile(r"[<>{}|\\^\[\]]")
ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
TELEPHONE = re.compile(r"[0-9+() ./-]*")
# Joiners shape Persian and Amazigh words; every other unseen sign only hides something.
JOINERS = "\u200c\u200d"

TOO_LARGE = N_("The list is too long: at most %(rows)s people at a time.")
TOO_HEAVY = N_("The list is too big: at most %(size)s kB at a time.")
NOBODY = N_("There is nobody in the list. Write or paste one line for each person.")
NOT_TEXT = N_("This is not a list as text. In the spreadsheet, save it as “CSV” first.")
BROKEN_QUOTES = N_(
    "A quotation mark is opened and never closed, or stands inside a cell: take it out."
)
HEADING_TWICE = N_("Two columns are headed “%(heading)s”: keep one of them.")
HEADING_MISSING = N_("No column is headed “Given name” or “Family name”: both are needed.")
MISSING = N_("is missing")
TOO_LONG = N_("has more than %(length)s characters")
LATIN_WANTED = N_("has to be in Latin letters")
ARABIC_WANTED = N_("has to be in Arabic letters")
ODD_SIGNS = N_("holds signs that no name has")
NOT_ADDRESS = N_("is not an e-mail address")
NOT_TELEPHONE = N_("is not a telephone number: digits, spaces and + only")
UNKNOWN_CIVILITY = N_("is neither Ms nor Mr (leave it empty for the name alone)")
UNKNOWN_COUNTRY = N_("is no country we know: write it in full, or its two letters (MA, FR)")
UNKNOWN_CATEGORY = N_("is none of the categories listed on this page")
NAME_OF_ANOTHER = N_("is somebody else's already: choose another one")
TOO_MANY_CELLS = N_("There are more cells in this line than columns.")
SAME_SIGN_IN = N_("The same sign-in name stands in line %(line)s.")
SAME_PERSON = N_(
    "The same person stands in line %(line)s. For two people of one name, give each a sign-in name."
)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a line; without a column it is about the whole line."""

    sentence: str
    column: Column | None = None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RosterRow:
    """One line understood as a person; `line` counts from 1 without the heading."""

    line: int
    name: PersonName
    sign_in_name: str = ""
    email: str = ""
    telephone: str = ""
    civility: Civility = Civility.NEUTRAL
    country: str = ""
    town: str = ""
    category: Category | None = None
    organisation: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Roster:
    """A list as it was understood: the columns, the people, headings that were not understood."""

    columns: tuple[Column, ...]
    rows: tuple[RosterRow, ...]
    unknown: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def is_sound(self) -> bool:
        return bool(self.rows) and not self.faults and not any(row.faults for row in self.rows)


@dataclass(frozen=True)
class Known:
    """Someone with an account, as far as a line of a list can be compared with them."""

    user_id: int
    latin: str
    arabic: str
    sign_in_name: str
    sign_in_key: str
    email: str
    telephone: str
    is_enrolled: bool = False


@dataclass(frozen=True)
class Match:
    """What the school knows of a line: someone enrolled already, and people it may mean."""

    enrolled: Known | None = None
    people: tuple[Known, ...] = ()
    # The sign-in name given is somebody's: a second account of that name cannot be made.
    name_is_taken: bool = False


def read_text(content: bytes) -> str | None:
    """The text of an uploaded file: with a mark, as UTF-8, else as French Excel writes it.

    None when it is no text at all (a workbook, a picture).
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"),
                           (b"\xfe\xff", "utf-16")):  # fmt: skip
        if content.startswith(mark):
            return _decoded(content, encoding)
    if b"\x00" in content or content.startswith(b"PK\x03\x04"):
        return None
    text = _decoded(content, "utf-8")
    return text if text is not None else _decoded(content, "cp1252")


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def read_roster(text: str) -> Roster:
    """The people of a pasted list, with every fault of every line; never raises."""
    if len(text.encode("utf-8", "replace")) > LARGEST:
        return _refused(Fault(TOO_HEAVY, values={"size": LARGEST // 1024}))
    try:
        lines = _cells(text)
    except csv.Error:
        return _refused(Fault(BROKEN_QUOTES))
    if not lines:
        return _refused(Fault(NOBODY))
    columns, unknown, faults = _columns(lines[0])
    body = lines[1:] if columns is not None else lines
    if len(body) > MOST_ROWS:
        return _refused(Fault(TOO_LARGE, values={"rows": MOST_ROWS}))
    if not body:
        return _refused(Fault(NOBODY))
    order: Sequence[Column | None] = columns if columns is not None else tuple(Column)
    rows = [_row(number, cells, order) for number, cells in enumerate(body, start=1)]
    used = tuple(column for column in order if column is not None)
    return Roster(used, tuple(_without_doubles(rows)), unknown, faults)


def _refused(fault: Fault) -> Roster:
    return Roster((), (), faults=(fault,))


def clean(cell: str) -> str:
    """One line of seen characters: unseen signs go, every kind of space is a plain one."""
    if cell.isascii() and cell.isprintable():
        # Most cells: nothing is hidden in them, and only spaces are left to see to.
        return _disarmed(" ".join(cell.split()))
    composed = unicodedata.normalize("NFC", cell)
    seen = "".join(
        " " if char.isspace() else char
        for char in composed
        if char.isspace() or char in JOINERS or not unicodedata.category(char).startswith("C")
    )
    return _disarmed(" ".join(seen.split()))


def _disarmed(plain: str) -> str:
    # Our own export disarms formulas with a quote; coming back, the quote is not of the name.
    return plain[1:] if plain[:1] == "'" and plain[1:2] in tuple("=+-@") else plain


def _cells(text: str) -> list[list[str]]:
    """Cleaned cells by line, empty lines left out; raises `csv.Error` on open quotes."""
    text = text.lstrip("\ufeff").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip("\n")
    delimiter = None
    if text[:4].lower() == "sep=":
        first, _, text = text.partition("\n")
        delimiter = first[4:5]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text), strict=True
    )
    lines = [[clean(cell) for cell in line] for line in reader]
    return [line for line in lines if any(line)]


def _delimiter(text: str) -> str:
    """A tab when there is one (a spreadsheet was copied), else what the first line has most of."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    if "\t" in bare:
        return "\t"
    return max(";", ",", "|", key=bare.count)


def _columns(
    cells: Sequence[str],
) -> tuple[tuple[Column | None, ...] | None, tuple[str, ...], tuple[Fault, ...]]:
    """The order a heading row gives, or None when the first line is a person."""
    named = [(cell, BY_HEADING.get(fold(cell).strip(" *:?."))) for cell in cells]
    known = [column for _, column in named if column is not None]
    written = [cell for cell in cells if cell]
    if len(known) < min(2, len(written)) or 2 * len(known) < len(written):
        return None, (), ()
    unknown = tuple(cell for cell, column in named if cell and column is None)
    first = {column: cell for cell, column in reversed(named) if column is not None}
    faults = [
        Fault(HEADING_TWICE, values={"heading": first[column]})
        for column, times in Counter(known).items()
        if times > 1
    ]
    if not set(NEEDED) <= set(known):
        faults.append(Fault(HEADING_MISSING))
    return tuple(column for _, column in named), unknown, tuple(faults)


def _row(line: int, cells: Sequence[str], order: Sequence[Column | None]) -> RosterRow:
    given = {column: cell for column, cell in zip(order, cells, strict=False) if column is not None}
    values = {column: given.get(column, "") for column in Column}
    faults = [Fault(TOO_MANY_CELLS)] if any(cells[len(order) :]) else []
    faults += _faults_of(values)
    telephone = _plain_digits(values[Column.TELEPHONE])
    return RosterRow(
        line,
        PersonName(
            values[Column.GIVEN][:80],
            values[Column.FAMILY][:80],
            values[Column.GIVEN_AR][:80],
            values[Column.FAMILY_AR][:80],
        ),
        sign_in_name=values[Column.SIGN_IN_NAME],
        email=values[Column.EMAIL],
        telephone=telephone,
        civility=CIVILITIES.get(fold(values[Column.CIVILITY]), Civility.NEUTRAL),
        country=_country(values[Column.COUNTRY]) or "",
        town=values[Column.TOWN],
        category=BY_CATEGORY.get(fold(values[Column.CATEGORY])),
        organisation=values[Column.ORGANISATION],
        faults=tuple(faults),
    )


def _faults_of(values: Mapping[Column, str]) -> Iterable[Fault]:
    for column, value in values.items():
        if not value and column not in NEEDED:
            continue
        if len(value) > LENGTHS[column]:
            yield Fault(TOO_LONG, column, {"length": LENGTHS[column]})
        elif fault := _fault_of(column, value):
            yield Fault(fault, column)


def _fault_of(column: Column, value: str) -> str | None:
    if column in NEEDED:
        return _latin_fault(value)
    plain = fold(value)
    telephone = _plain_digits(value)
    tests: Mapping[Column, tuple[bool, str]] = {
        Column.GIVEN_AR: (ARABIC_NAME.fullmatch(value) is not None, ARABIC_WANTED),
        Column.FAMILY_AR: (ARABIC_NAME.fullmatch(value) is not None, ARABIC_WANTED),
        Column.SIGN_IN_NAME: (is_sign_in_name(value), ODD_SIGNS),
        Column.EMAIL: (ADDRESS.fullmatch(value) is not None, NOT_ADDRESS),
        Column.TELEPHONE: (
            TELEPHONE.fullmatch(telephone) is not None and any(c.isdigit() for c in telephone),
            NOT_TELEPHONE,
        ),
        Column.CIVILITY: (plain in CIVILITIES, UNKNOWN_CIVILITY),
        Column.COUNTRY: (_country(value) is not None, UNKNOWN_COUNTRY),
        Column.CATEGORY: (plain in BY_CATEGORY, UNKNOWN_CATEGORY),
    }
    is_good, sentence = tests.get(column, (True, ""))
    return None if is_good else sentence


def _latin_fault(value: str) -> str | None:
    if not value:
        return MISSING
    if ARABIC_LETTER.search(value):
        return LATIN_WANTED
    if NOT_IN_NAMES.search(value) or not any(char.isalpha() for char in value):
        return ODD_SIGNS
    return None


def _country(value: str) -> str | None:
    """Two letters of ISO 3166, from them or from the name; None when it is neither."""
    if not value:
        return ""
    if len(value) == 2 and value.isascii() and value.isalpha():
        return value.upper()
    return COUNTRIES.get(fold(value))


def _plain_digits(value: str) -> str:
    if value.isascii():
        return value
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in value)


def _without_doubles(rows: Sequence[RosterRow]) -> Iterable[RosterRow]:
    """Every line, with a fault where an earlier one is the same person."""
    names: dict[str, list[RosterRow]] = {}
    sign_ins: dict[str, int] = {}
    for row in rows:
        fault = None
        key, name = sign_in_key(row.sign_in_name), _folded(row)
        if key and key in sign_ins:
            fault = Fault(SAME_SIGN_IN, Column.SIGN_IN_NAME, {"line": sign_ins[key]})
        else:
            twin = next((one for one in names.get(name, ()) if _is_same(one, row)), None)
            if twin and row.name.latin:
                fault = Fault(SAME_PERSON, values={"line": twin.line})
        if key:
            sign_ins.setdefault(key, row.line)
        names.setdefault(name, []).append(row)
        yield replace(row, faults=(*row.faults, fault)) if fault else row


def _folded(row: RosterRow) -> str:
    return fold(row.name.latin)


def _is_same(one: RosterRow, other: RosterRow) -> bool:
    """Two lines of one name: the same person unless something given tells them apart."""
    if one.sign_in_name and other.sign_in_name:
        return False
    return not _differ(one.email, one.telephone, other.email, other.telephone)


def _differ(email: str, telephone: str, other_email: str, other_telephone: str) -> bool:
    """Whether an e-mail or telephone known of both says that they are two people."""
    if email and other_email and email.casefold() == other_email.casefold():
        return False
    if telephone and other_telephone and digits_of(telephone) == digits_of(other_telephone):
        return False
    return bool(email and other_email) or bool(telephone and other_telephone)


def digits_of(telephone: str) -> str:
    """The last nine digits: the same number with and without its country code."""
    return "".join(char for char in _plain_digits(telephone) if char.isdigit())[-9:]


class Directory:
    """Everyone with an account, found by sign-in name and by folded name."""

    def __init__(self, people: Iterable[Known]) -> None:
        self.by_key: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = {}
        for person in people:
            self.by_key[person.sign_in_key] = person
            self.by_name.setdefault(fold(person.latin), []).append(person)

    def match(self, row: RosterRow) -> Match:
        """Who a line may mean: its sign-in name first, then the same name.

        Somebody of the same name in the cohort is the same person unless the contact given
        differs, so that a list sent twice enrols nobody twice.
        """
        named = self.by_key.get(sign_in_key(row.sign_in_name)) if row.sign_in_name else None
        if named:
            if fold(named.latin) != _folded(row):
                return Match(name_is_taken=True)
            if named.is_enrolled:
                return Match(enrolled=named)
            return Match(people=(named,), name_is_taken=True)
        same = [
            person
            for person in self.by_name.get(_folded(row), ())
            if not _differ(row.email, row.telephone, person.email, person.telephone)
        ]
        enrolled = next((person for person in same if person.is_enrolled), None)
        if enrolled and (not row.sign_in_name or is_sure(row, enrolled)):
            return Match(enrolled=enrolled)
        return Match(people=tuple(person for person in same if not person.is_enrolled))


def is_sure(row: RosterRow, person: Known) -> bool:
    """The sign-in name or a contact agrees, not the name alone."""
    if row.sign_in_name and sign_in_key(row.sign_in_name) == person.sign_in_key:
        return True
    same_email = bool(row.email) and row.email.casefold() == person.email.casefold()
    same_telephone = bool(row.telephone) and digits_of(row.telephone) == digits_of(person.telephone)
    return same_email or same_telephone
