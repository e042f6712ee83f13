"""The three languages of the school and the titles that exist in each."""

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = "fr"

# A title in several languages: {"fr": …, "ar": …, "en": …}.
Titles = Mapping[str, str]


@dataclass(frozen=True)
class Language:
    """`tag` names the catalogue, `formats` the locale of dates and numbers."""

    tag: str
    name: str
    short: str
    direction: str
    formats: str


LANGUAGES: Mapping[str, Language] = {
    language.tag: language
    for language in (
        Language("fr", "Français", "FR", "ltr", "fr_FR"),
        # `ar_MA` has the Moroccan months and writes 12.345,67; plain `ar` has neither.
        Language("ar", "العربية", "ع", "rtl", "ar_MA"),
        Language("en", "English", "EN", "ltr", "en_GB"),
    )
}


def title_in(titles: Titles, tag: str) -> str:
    """The title in one language, else in French, else in whichever exists."""
    return titles.get(tag) or titles.get(DEFAULT) or next(iter(titles.values()), "")
