"""Tells a PDF's reader which language each part is in, which WeasyPrint 70 does not yet do.

One private function is wrapped, so the version of WeasyPrint is pinned to its major number and
`tests/platform/test_pdf.py` fails as soon as the wrapped function changes its shape.
"""

from collections.abc import Iterator
from typing import Any, Final

import pydyf
from weasyprint.pdf import tags

_BLOCKS: Final = frozenset({"caption", "h1", "h2", "h3", "li", "p", "td", "th"})
_PDF_BLOCKS: Final = frozenset({"/Caption", "/H1", "/H2", "/H3", "/LBody", "/P", "/TD", "/TH"})
# What only groups others (Div, Sect, NonStruct) may not hold words itself: ISO 32000-1, 14.8.4.2.
_HOLDERS_OF_WORDS: Final = _PDF_BLOCKS | {"/Lbl", "/Span"}
_FIRST_ARABIC: Final = "\u0600"
_LAST_ARABIC: Final = "\u06ff"

_build_box_tree = tags._build_box_tree  # noqa: SLF001 - there is no public door


def speak_each_language() -> None:
    """Give elements their `lang`, header cells their scope, and Arabic blocks their true order.

    Arabic is painted from the left, so a reader that follows the painting would speak it
    backwards: `ActualText` holds the words as they are written.
    """
    tags._build_box_tree = _build_with_languages  # noqa: SLF001 - as above


class _ShortTree:
    """A PDF in which words belong to their paragraph itself, not to a span of their own in it.

    The span says nothing and is a third of all objects of a paper: two and a half kilobytes.
    """

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._words: dict[bytes, list[int]] = {}

    @property
    def page_references(self) -> Any:
        return self._pdf.page_references

    def add_object(self, element: Any) -> None:
        """Add an element, or let a mere span pass for the element around it."""
        words = element.get("K")
        if element.get("S") == "/Span" and words and isinstance(words[0], int):
            around = self._pdf.objects[int(element["P"].split()[0])]
            if around["S"] in _HOLDERS_OF_WORDS:
                element.number = around.number
                self._words.setdefault(element.reference, []).extend(words)
                return
        self._pdf.add_object(element)

    def finish(self, element: Any) -> None:
        """Put the words where the element now names itself as its own child."""
        words = iter(self._words.pop(element.reference, ()))
        element["K"][:] = [
            next(words) if child == element.reference else child for child in element["K"]
        ]


def _build_with_languages(box: Any, parent: Any, pdf: Any, *others: Any) -> Iterator[Any]:
    source = getattr(box, "element", None)
    tag = None if source is None else source.tag
    tree = pdf if isinstance(pdf, _ShortTree) else _ShortTree(pdf)
    is_first = True
    for element in _build_box_tree(box, parent, tree, *others):
        tree.finish(element)
        if is_first and source is not None and tag not in {"html", "body"}:
            _describe(element, source)
        is_first = False
        yield element


def _describe(element: Any, source: Any) -> None:
    if language := source.attrib.get("lang"):
        element["Lang"] = pydyf.String(language)
    if element["S"] == "/TH":
        element["A"]["Scope"] = "/Row" if source.attrib.get("scope") == "row" else "/Column"
    if source.tag in _BLOCKS and element["S"] in _PDF_BLOCKS:
        words = " ".join("".join(source.itertext()).split())
        if any(_FIRST_ARABIC <= letter <= _LAST_ARABIC for letter in words):
            element["ActualText"] = pydyf.String(words)
