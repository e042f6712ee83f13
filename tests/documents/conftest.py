"""Words to print, and a press that prints them, for the tests of the papers."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from ecopter.certificates.documents import certificate_document
from ecopter.certificates.rules.words import (
    ActionNature,
    Bilingual,
    CertificateWords,
    CompetenceWords,
    CredentialKind,
    MarkWords,
    Period,
    PersonWords,
    SchoolWords,
    SignatoryWords,
)
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.people.rules import Civility
from ecopter.platform.pdf import RendererPool

ACQUIRED, IN_PROGRESS = CompetenceOutcome.ACQUIRED, CompetenceOutcome.IN_PROGRESS
NOT_ACQUIRED, NOT_ASSESSED = CompetenceOutcome.NOT_ACQUIRED, CompetenceOutcome.NOT_ASSESSED

SCHOOL = SchoolWords(
    legal_name=Bilingual(
        "École Opérationnelle des Produits de Terroir", "المدرسة العملية للمنتوجات المجالية"
    ),
    address="12, rue du Safran, 13001 Marseille",
    declaration_number="93 13 00000 13",
    representative=Bilingual("Salma Benali", "سلمى بنعلي"),
    representative_title=Bilingual("présidente", "الرئيسة"),
    data_protection_receipt="D-000/2026",
)

COMPETENCES = (
    ("C1", "Décrire un terroir et ses produits", "وصف مجال ومنتوجاته", ACQUIRED),
    ("C2", "Lire un cahier des charges", "قراءة دفتر التحملات", ACQUIRED),
    ("C3", "Tenir la traçabilité d’un lot", "مسك تتبع دفعة من المنتوج", ACQUIRED),
    ("C4", "Appliquer les règles d’hygiène", "تطبيق قواعد النظافة", IN_PROGRESS),
    ("C5", "Calculer un prix de revient", "حساب ثمن التكلفة", ACQUIRED),
    ("C6", "Étiqueter un produit", "عنونة منتوج", NOT_ACQUIRED),
    ("C7", "Déguster et décrire", "التذوق والوصف", ACQUIRED),
    ("C8", "Vendre en français et en arabe", "البيع بالفرنسية والعربية", NOT_ASSESSED),
    ("C9", "Travailler en coopérative", "العمل داخل تعاونية", ACQUIRED),
    ("C10", "Présenter un projet devant un jury", "تقديم مشروع أمام لجنة", ACQUIRED),
)

OBJECTIVES = (
    Bilingual(
        "Connaître les produits de terroir et leurs signes d’origine",
        "معرفة المنتوجات المجالية وعلاماتها المميزة",
    ),
    Bilingual("Produire, transformer et vendre avec qualité", "الإنتاج والتحويل والبيع بجودة"),
    Bilingual("Monter une activité durable", "إنشاء نشاط مستدام"),
)

MARKS = (
    *(
        MarkWords(
            f"M{number}",
            Bilingual(fr, ar),
            minutes_done=20 * 60 + 30,
            minutes_planned=21 * 60,
            mark=Decimal("12.5") + number,
            result=result,
        )
        for number, (_code, fr, ar, result) in enumerate(COMPETENCES[:6], start=1)
    ),
    MarkWords("BIL", Bilingual("Bilan", "الحصيلة"), 7 * 60, 7 * 60),
)

LEADERS = (
    ("A1", "Gérer une association", "تدبير جمعية", ACQUIRED),
    ("A2", "Monter un projet de développement", "إعداد مشروع تنموي", ACQUIRED),
    ("A3", "Obtenir un cofinancement", "الحصول على تمويل مشترك", ACQUIRED),
)

FULL_COURSE = CertificateWords(
    kind=CredentialKind.COMPLETION,
    number="EC-2026-00042",
    code="7K2MXQ4TBV9RHD3N",
    verify_url="https://ecole.example/verify/7K2M-XQ4T-BV9R-HD3N",
    issued_on=date(2026, 11, 23),
    first_issued_on=date(2026, 11, 23),
    school=SCHOOL,
    person=PersonWords("Fatima Aït El Haj", "فاطمة آيت الحاج", Civility.MADAME),
    signatory=SignatoryWords(
        Bilingual("Hassan Ouazzani", "حسن الوزاني"),
        Bilingual("Responsable pédagogique", "المسؤول البيداغوجي"),
    ),
    place=Bilingual("Taliouine", "تالوين"),
    title=Bilingual("Valorisation des produits de terroir", "تثمين المنتوجات المجالية"),
    nature=ActionNature.TRAINING,
    periods=(Period(date(2026, 3, 1), date(2026, 10, 30)),),
    minutes_done=243 * 60 + 30,
    minutes_planned=280 * 60,
)


def words_of(kind: CredentialKind) -> CertificateWords:
    if kind is CredentialKind.COMPLETION:
        return FULL_COURSE
    if kind is CredentialKind.TRANSCRIPT:
        return replace(FULL_COURSE, kind=kind, marks=MARKS)
    if kind is CredentialKind.ATTESTATION:
        lines, objectives, title, organisation = COMPETENCES, OBJECTIVES, FULL_COURSE.title, ""
    else:
        lines, objectives, organisation = LEADERS, (), "Amis de l’Oued (démo)"
        title = Bilingual("Diriger une association de migrants", "تسيير جمعية للمهاجرين")
    return replace(
        FULL_COURSE,
        kind=kind,
        title=title,
        objectives=objectives,
        organisation=organisation,
        competences=tuple(
            CompetenceWords(code, Bilingual(fr, ar), result) for code, fr, ar, result in lines
        ),
    )


@pytest.fixture(params=list(CredentialKind))
def words(request: pytest.FixtureRequest) -> CertificateWords:
    """The words of each of the four papers in turn."""
    return words_of(request.param)


@pytest.fixture
def completion() -> CertificateWords:
    return words_of(CredentialKind.COMPLETION)


@pytest.fixture
def attestation() -> CertificateWords:
    return words_of(CredentialKind.ATTESTATION)


@pytest.fixture
def transcript() -> CertificateWords:
    return words_of(CredentialKind.TRANSCRIPT)


@pytest.fixture(scope="session")
def press() -> Iterator[RendererPool]:
    """One renderer process for all tests of a run."""
    with RendererPool(size=1) as pool:
        yield pool


@pytest.fixture(scope="session")
def printed(press: RendererPool) -> Callable[[CertificateWords], bytes]:
    """Print words as the worker does; the same words once only."""
    return cache(lambda words: press.render(certificate_document(words)))


@pytest.fixture
def hostile_words() -> Callable[[CertificateWords, str], CertificateWords]:
    """The same paper with a hostile text for names and titles."""

    def spoil(words: CertificateWords, text: str) -> CertificateWords:
        twice = Bilingual(text, text)
        return replace(
            words,
            title=twice,
            organisation=text,
            person=replace(words.person, latin=text, arabic=text),
            school=replace(words.school, legal_name=twice),
            competences=tuple(replace(line, title=twice) for line in words.competences[:1]),
        )

    return spoil
