"""Tells a PDF which letters each glyph of our fonts stands for, so that its text can be copied.

WeasyPrint 70 gives a glyph the text of the first cluster it is seen in. Where a letter carries a
vowel mark, one glyph then gets both and the other none: words come back with doubled or missing
letters (Kozea/WeasyPrint#2841), and the empty entry is no valid PDF/UA. A glyph of our fonts stands
for one text only, which follows from the font's own substitution rules.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from itertools import product
from typing import Any, Final

from fontTools.ttLib import TTFont
from weasyprint.pdf import fonts

OUR_FAMILIES: Final = "EC "
NOTHING: Final = "\u200b"
_EXTENSION, _SINGLE, _MULTIPLE, _LIGATURE = 7, 1, 2, 4

_font_init = fonts.Font.__init__


def spell_each_glyph() -> None:
    """Let every font of every document know the letters of its glyphs from the start."""
    fonts.Font.__init__ = _init_with_letters


class GlyphLetters(dict[int, str]):
    """WeasyPrint's table of the glyphs it has used, which answers from what the font says.

    Asked whether it knows a glyph, it looks the glyph up and from then on holds it.
    """

    def __init__(self, known: Mapping[int, str]) -> None:
        super().__init__()
        self._known = known

    def __contains__(self, glyph: object) -> bool:
        if super().__contains__(glyph):
            return True
        if isinstance(glyph, int) and glyph in self._known:
            self[glyph] = self._known[glyph]
            return True
        return False

    def __setitem__(self, glyph: int, text: str) -> None:
        super().__setitem__(glyph, text or NOTHING)


@lru_cache(maxsize=16)
def letters_of(font_file: bytes) -> dict[int, str]:
    """The text of each glyph that can only stand for one; glyphs of several are left out."""
    font = TTFont(BytesIO(font_file), lazy=True)
    texts: dict[str, set[str]] = {}
    for letter, glyph in sorted(font.getBestCmap().items(), reverse=True):
        texts[glyph] = {chr(letter)}
    encoded = frozenset(texts)
    steps = tuple(_steps(font))
    has_grown = True
    while has_grown:
        has_grown = False
        for sources, target in steps:
            if target in encoded or not all(source in texts for source in sources):
                continue
            found = {"".join(parts) for parts in product(*(texts[source] for source in sources))}
            known = texts.setdefault(target, set())
            if not found <= known and len(known) < 2:
                known |= found
                has_grown = True
    return {
        font.getGlyphID(glyph): next(iter(found))
        for glyph, found in texts.items()
        if len(found) == 1
    }


def _init_with_letters(font: Any, *arguments: Any) -> None:
    _font_init(font, *arguments)
    is_ours = font.family.startswith(OUR_FAMILIES)
    font.to_unicode = GlyphLetters(letters_of(font.file_content) if is_ours else {})


def _steps(font: TTFont) -> Iterator[tuple[tuple[str, ...], str]]:
    """The substitutions of a font: from these glyphs in a row to that one."""
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else ()
    for lookup in lookups:
        for rule in lookup.SubTable:
            is_extended = lookup.LookupType == _EXTENSION
            yield from _steps_of(rule.ExtSubTable if is_extended else rule)


def _steps_of(rule: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if rule.LookupType == _SINGLE:
        for source, target in rule.mapping.items():
            yield (source,), target
    elif rule.LookupType == _MULTIPLE:
        for source, targets in rule.mapping.items():
            if len(targets) == 1:
                yield (source,), targets[0]
    elif rule.LookupType == _LIGATURE:
        for first, ligatures in rule.ligatures.items():
            for ligature in ligatures:
                yield (first, *ligature.Component), ligature.LigGlyph
