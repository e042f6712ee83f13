"""The catalogues: gathered from the code, checked for gaps, compiled for the pages."""

import re
import secrets
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ecopter.platform.paths import PACKAGE, TEMPLATES, TRANSLATIONS

LANGUAGES = ("fr", "ar")
# Babel's own header swaps "many" and "other" in Arabic (python-babel#816): CLDR's rule instead.
ARABIC_PLURAL = (
    "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5)"
)
PLURALS = {"fr": "nplurals=2; plural=(n > 1)", "ar": f"nplurals=6; plural={ARABIC_PLURAL}"}
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {"**.html": {"newstyle_gettext": "true"}, "**.txt": {"newstyle_gettext": "true"}}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
STRAIGHT_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
# No-break spaces: inside « », before : ; ! ? and %; a colon inside a time or address is left alone.
FRENCH_SPACE = re.compile(
    r" [?!;:»%](?:\s|$)|[^\s\u00a0\u202f?!.(…][?!;»](?:\s|$)|« |«[^\s\u00a0\u202f]"
)


def catalogue_path(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def extract() -> Catalog:
    """Every sentence of the code and the templates; the documents speak two languages by nature."""
    found = Catalog(project="ECOPTER", charset="utf-8", fuzzy=False)
    for folder, prefix in ((PACKAGE, "ecopter"), (TEMPLATES, "templates")):
        for name, line, message, comments, context in extract_from_dir(
            folder, METHODS, OPTIONS, KEYWORDS
        ):
            if folder == PACKAGE and name.startswith(("templates", "content", "translations")):
                continue
            if name.startswith("documents/"):
                continue
            found.add(
                message, None, [(f"{prefix}/{name}", line)], auto_comments=comments, context=context
            )
    return found


def read(language: str) -> Catalog:
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def update() -> None:
    """Bring the catalogues up to the code; new sentences are left empty for a translator."""
    template = extract()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        write(catalogue, language)


def write(catalogue: Catalog, language: str) -> None:
    """Write without dates and line numbers: a changed line is a changed sentence."""
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_po(buffer, catalogue, omit_header=True, include_lineno=False, sort_output=True, width=96)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[language]};\\n"\n\n'
    )
    path.write_bytes(header.encode() + buffer.getvalue())


def compile_all(*, only_stale: bool = False) -> None:
    for language in LANGUAGES:
        source = catalogue_path(language)
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        if only_stale and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Two starts at once each write a file of their own; whoever is last wins, whole.
        fresh = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
        with fresh.open("wb") as stream:
            write_mo(stream, read(language))
        fresh.replace(target)


def faults() -> list[str]:
    """Everything missing or wrong in the catalogues, one line each."""
    template = extract()
    return [f"{language}: {line}" for language in LANGUAGES for line in _faults(language, template)]


def _faults(language: str, template: Catalog) -> Iterator[str]:
    catalogue = read(language)
    if language == "ar" and catalogue.plural_expr.replace(" ", "") != ARABIC_PLURAL.replace(
        " ", ""
    ):
        yield f"plural header: {catalogue.plural_expr}"
    for message in template:
        if message.id and catalogue.get(message.id, message.context) is None:
            yield f"not in the catalogue: {_first(message)}"
    for message in catalogue:
        if not message.id:
            continue
        if template.get(message.id, message.context) is None:
            yield f"no longer used: {_first(message)}"
        yield from message_faults(message, language, catalogue.num_plurals)


def message_faults(message: Message, language: str, forms: int) -> Iterator[str]:
    """Gaps, fuzziness, placeholders that differ, and French spaces, for one sentence."""
    texts = _forms(message.string)
    if message.fuzzy:
        yield f"fuzzy: {_first(message)}"
    if not all(texts) or not texts:
        yield f"not translated: {_first(message)}"
        return
    if message.pluralizable and len(texts) != forms:
        yield f"{len(texts)} plural forms instead of {forms}: {_first(message)}"
    wanted = {name for text in _forms(message.id) for name in PLACEHOLDER.findall(text)}
    for position, text in enumerate(texts):
        got = set(PLACEHOLDER.findall(text))
        # Zero, one and two may say the number in words.
        may_drop = message.pluralizable and position < forms - 1
        if got - wanted or (wanted - got and not may_drop):
            yield f"placeholders differ: {_first(message)} → {text}"
        if language == "fr" and FRENCH_SPACE.search(text):
            yield f"no-break space: {text}"
        if language == "fr" and STRAIGHT_APOSTROPHE.search(text):
            yield f"straight apostrophe: {text}"


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else tuple(text)


def _first(message: Message) -> str:
    return _forms(message.id)[0]
