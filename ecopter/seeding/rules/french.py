"""French as it is printed: spaces that keep a sign with its word, and round apostrophes.

Content files are typed by hand with the space bar and the straight apostrophe of a keyboard.
"""

import re

NO_BREAK, NARROW = "\u00a0", "\u202f"
_ANY_SPACE = rf"[ {NO_BREAK}{NARROW}]"

# Source: Lexique des règles typographiques en usage à l'Imprimerie nationale.
_RULES = (
    (re.compile(rf"(?<=\S){_ANY_SPACE}+(?=[;!?%])"), NARROW),
    (re.compile(rf"(?<=\S){_ANY_SPACE}+(?=[:»])"), NO_BREAK),
    (re.compile(rf"(?<=«){_ANY_SPACE}+(?=\S)"), NO_BREAK),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
)


def typeset(text: str) -> str:
    """French text with its no-break spaces; said twice, it changes nothing more.

    A sign without a space before it is left alone: it may be a time, an address or another
    language.
    """
    for pattern, sign in _RULES:
        text = pattern.sub(sign, text)
    return text
