"""Spares WeasyPrint 70 what our papers have no use for: a sixth of their price.

One private method is replaced, and one function under its name in another module. The version is
pinned to its major number, and `tests/platform/test_pdf.py` fails as soon as either changes.
"""

import re
from typing import Any, Final
from xml.etree import ElementTree as ET

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML
from weasyprint.formatting_structure import boxes
from weasyprint.html import UA, UA_COUNTER_STYLE
from weasyprint.layout import inline
from weasyprint.urls import URLFetcher

# `::marker`, `::footnote-call`, `::note-marker` and others: a style more for every element.
_FOR_EVERY_ELEMENT: Final = re.compile(r"^::[\w-]+ \{[^}]*\}\n", re.MULTILINE)
_SHEET: Final = CSS(string=_FOR_EVERY_ELEMENT.sub("", UA), counter_style=UA_COUNTER_STYLE)


class Paper(HTML):
    """A page without notes and without marks before the lines of a list.

    Well-formed pages are read by Python's own parser, any other as browsers do; so is one that
    declares an entity, which no page of ours does.
    """

    def __init__(self, html: str, base_url: str, fetcher: URLFetcher) -> None:
        root = _well_formed(html)
        if root is None:
            super().__init__(string=html, base_url=base_url, url_fetcher=fetcher)
            return
        self.base_url = base_url
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(root)
        self.etree_element = root

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_SHEET]


def _well_formed(html: str) -> ET.Element | None:
    if "<!ENTITY" in html:
        return None
    try:
        return ET.fromstring(html)  # noqa: S314 (our own page, its words escaped)
    except ET.ParseError:
        return None


def skip_what_papers_do_not_need() -> None:
    """Look neither for the room a first word has beside a float nor for pages with a name.

    A word wider than its column breaks inside it, and no sheet of ours names a page. WeasyPrint
    lays the line out to know the first, and walks down every branch for the second.
    """
    inline.inline_min_content_width = _no_width
    boxes.ParentBox.page_values = boxes.Box.page_values


def _no_width(*_arguments: Any, **_named: Any) -> int:
    return 0
