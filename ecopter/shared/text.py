"""Marking sentences for translation, and folding text for search in French and Arabic."""

import unicodedata

_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "’": "'",
        "‘": "'",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ة": "ه",
        "ؤ": "و",
        "ئ": "ي",
        "ـ": "",
    }
)


def N_(sentence: str) -> str:  # noqa: N802 (gettext's own name, known to the extractor)
    """Mark a sentence for translation where it is written; it is translated where it is shown."""
    return sentence


def fold(text: str) -> str:
    """The form under which two spellings of a name are found together.

    Drops accents, capitals, Arabic vowel marks and tatweel, and unites the hamza forms;
    digits of any script become 0-9.
    """
    if text.isascii():
        # Nothing below would change it: half the names of a long list are done here.
        return " ".join(text.lower().split())
    text = text.translate(_LETTERS).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", text)
    letters = (char for char in decomposed if unicodedata.category(char) != "Mn")
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in letters)
    return " ".join(plain.translate(_LETTERS).split())


def sign_in_key(name: str) -> str:
    """The form under which a sign-in name is unique.

    Capitals, outer spaces, compatibility forms and the script of digits do not count;
    accents and the spaces inside do, so that two people are never taken for one.
    """
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    plain = " ".join(plain.split())
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain)
