"""The words of a paper as the school prints it: eleven competences, four objectives."""

from datetime import date, timedelta

from ecopter.certificates.rules.words import (
    ActionNature,
    Bilingual,
    CertificateWords,
    CompetenceWords,
    CredentialKind,
    Period,
    PersonWords,
    SchoolWords,
    SignatoryWords,
)
from ecopter.gradebook.rules import CompetenceOutcome

CODE = "ABCDEFGHJKMNPQRS"
HEAD = Bilingual("Salma Genêt", "سلمى جوني")
TITLE = Bilingual("Valorisation des produits de terroir", "تثمين المنتوجات المجالية")
COMPETENCES = tuple(
    CompetenceWords(f"C{number}", Bilingual(fr, ar), CompetenceOutcome.ACQUIRED)
    for number, (fr, ar) in enumerate(
        [
            ("Situer un produit de terroir", "تحديد موقع منتوج مجالي"),
            ("Conduire la chaîne du safran", "تدبير سلسلة الزعفران"),
            ("Conduire la chaîne de l’argan", "تدبير سلسلة الأركان"),
            ("Conduire la chaîne de l’huile d’olive", "تدبير سلسلة زيت الزيتون"),
            ("Conduire la chaîne de la datte", "تدبير سلسلة التمور"),
            ("Conduire la chaîne du miel", "تدبير سلسلة العسل"),
            ("Déguster et décrire un produit", "تذوق منتوج ووصفه"),
            ("Tenir l’hygiène et la traçabilité", "ضبط النظافة والتتبع"),
            ("Calculer un prix de revient", "حساب ثمن التكلفة"),
            ("Vendre en circuit court", "البيع في مسلك قصير"),
            ("Défendre un dossier de produit", "الدفاع عن ملف منتوج"),
        ],
        start=1,
    )
)


def words_of(kind: CredentialKind, issued_on: date) -> CertificateWords:
    """The longest ordinary paper; the short kind leaves competences and objectives out."""
    is_long = kind is CredentialKind.ATTESTATION
    return CertificateWords(
        kind=kind,
        number="ATT-2026-000001",
        code=CODE,
        verify_url=f"https://school.example/verify/{CODE}",
        issued_on=issued_on,
        first_issued_on=issued_on,
        school=SchoolWords(
            Bilingual(
                "École Opérationnelle des Produits de Terroir",
                "المدرسة العملية للمنتوجات المجالية",
            ),
            "12, rue du Safran, 13001 Marseille",
            "93 13 00000 13",
            HEAD,
            Bilingual("présidente", "الرئيسة"),
        ),
        person=PersonWords("Ijja Tazart", "إجا تازارت"),
        signatory=SignatoryWords(HEAD, Bilingual("directrice", "المديرة")),
        place=Bilingual("Marseille", "مرسيليا"),
        title=TITLE,
        nature=ActionNature.TRAINING,
        periods=(Period(issued_on - timedelta(days=200), issued_on),),
        minutes_done=14_700,
        minutes_planned=14_700,
        objectives=(TITLE,) * 4 if is_long else (),
        competences=COMPETENCES if is_long else (),
    )
