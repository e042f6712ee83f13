"""The official signs of quality and origin that a product can carry, and how one is found."""

from collections.abc import Mapping
from enum import StrEnum

from ecopter.shared.languages import Titles
from ecopter.shared.text import fold


class Sign(StrEnum):
    """As the catalogues of the two ministries print them."""

    AOP = "aop"
    IGP = "igp"
    IG = "ig"
    LABEL_AGRICOLE = "label_agricole"
    LABEL_ROUGE = "label_rouge"
    IGP_AND_LABEL_ROUGE = "igp_and_label_rouge"


# What a reader of any of the three languages may type for a sign or a country.
_IGP = "IGP PGI indication géographique protégée protected geographical indication بيان جغرافي محمي"
_LABEL_ROUGE = "Label Rouge العلامة الحمراء"
SIGN_WORDS: Mapping[Sign, str] = {
    Sign.AOP: (
        "AOP PDO appellation d'origine protégée protected designation of origin تسمية منشأ محمية"
    ),
    Sign.IGP: _IGP,
    Sign.IG: "IG GI indication géographique geographical indication بيان جغرافي",
    Sign.LABEL_AGRICOLE: "LA label agricole agricultural label علامة فلاحية",
    Sign.LABEL_ROUGE: _LABEL_ROUGE,
    Sign.IGP_AND_LABEL_ROUGE: f"{_IGP} {_LABEL_ROUGE}",
}
COUNTRY_WORDS: Mapping[str, str] = {"FR": "France فرنسا", "MA": "Maroc Morocco المغرب"}


def search_text(
    names: Titles, family_names: Titles, country: str, sign: Sign | None, area: str
) -> str:
    """Everything by which a product is looked for, folded: `fold` what is typed, then compare."""
    words = [*names.values(), *family_names.values(), area, COUNTRY_WORDS.get(country, "")]
    return fold(" ".join([*words, SIGN_WORDS[sign] if sign else ""]))
