"""Forms as a browser reads, fills and sends them: nothing here knows what a form is about."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from PIL import Image

from tests.clock import TODAY
from tests.people.test_signing_in import PASSWORD

Sent = list[tuple[str, Any]]
UNSENT = {"submit", "button", "image", "reset"}
CHOICES = {"radio", "checkbox"}


@dataclass(frozen=True)
class Upload:
    """A file that can be sent more than once."""

    content: bytes
    name: str
    kind: str

    def opened(self) -> tuple[io.BytesIO, str, str]:
        return io.BytesIO(self.content), self.name, self.kind


@dataclass
class Control:
    """One field: an input, a list of choices or a text area."""

    name: str
    kind: str
    value: str
    attributes: dict[str, str | None]
    options: list[dict[str, str | None]] = field(default_factory=list)

    def has(self, attribute: str) -> bool:
        return attribute in self.attributes


@dataclass
class Form:
    """A form that posts, with the button that sends it."""

    page: str
    action: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[dict[str, str | None]] = field(default_factory=list)

    def sendings(self) -> Iterator[tuple[str, Sent]]:
        """Address and extra field of each button; a form without one is sent all the same."""
        for button in self.buttons or [{}]:
            name = button.get("name")
            yield (
                urljoin(self.page, button.get("formaction") or self.action),
                [(name, button.get("value") or "")] if name else [],
            )


class Reader(HTMLParser):
    """The forms of a page; controls outside a form may name it by its id."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.inside: Form | None = None
        self.control: Control | None = None
        # Controls that come before the form they name.
        self.early: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        for tag, found in reversed(self.early):
            self._control(tag, found, first=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.inside = Form(self.address, found.get("action") or self.address)
            if (found.get("method") or "").lower() == "post":
                self.forms.append(self.inside)
            if found.get("id"):
                self.by_id[str(found["id"])] = self.inside
        elif tag in {"input", "select", "textarea", "button"}:
            self._control(tag, found)
        elif tag == "option" and self.control is not None:
            self.control.options.append(found)

    def _control(self, tag: str, found: dict[str, str | None], *, first: bool = False) -> None:
        named = found.get("form")
        form = self.by_id.get(named) if named else self.inside
        if named and form is None and not first:
            self.early.append((tag, found))
        if form is None or "disabled" in found:
            return
        kind = (found.get("type") or ("submit" if tag == "button" else "text")).lower()
        if tag == "button" or kind in UNSENT:
            if kind == "submit":
                form.buttons.insert(0 if first else len(form.buttons), found)
        elif name := found.get("name"):
            kind = kind if tag == "input" else tag
            self.control = Control(name, kind, found.get("value") or "", found)
            form.controls.append(self.control)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag in {"select", "textarea"}:
            self.control = None

    def handle_data(self, text: str) -> None:
        if self.control is not None and self.control.kind == "textarea":
            # A browser drops the line break after the tag.
            begun = self.control.value
            self.control.value = begun + text if begun else text.lstrip("\r").removeprefix("\n")


def forms_of(address: str, html: str) -> list[Form]:
    return Reader(address, html).forms


def as_it_stands(form: Form) -> Sent:
    """What a browser sends when nobody touched the form."""
    sent: Sent = []
    for control in form.controls:
        if control.kind in CHOICES:
            if control.has("checked"):
                sent.append((control.name, control.attributes.get("value") or "on"))
        elif control.kind == "select":
            sent += [(control.name, value) for value in chosen(control)]
        elif control.kind != "file":
            sent.append((control.name, control.value))
    return sent


def chosen(control: Control) -> list[str]:
    """The options marked as chosen; without any, the first of a list of one choice."""
    values = [str(o.get("value") or "") for o in control.options if "selected" in o]
    if values or control.has("multiple") or not control.options:
        return values
    return [str(control.options[0].get("value") or "")]


def fillings(form: Form, hints: Mapping[str, Any]) -> Iterator[Sent]:
    """Ways of filling, the laziest first: what is required, everything, everything ticked."""
    for everything, ticked in ((False, False), (True, False), (False, True), (True, True)):
        yield filled(form, hints, everything=everything, ticked=ticked)


def filled(form: Form, hints: Mapping[str, Any], *, everything: bool, ticked: bool) -> Sent:
    stands = as_it_stands(form)
    sent = [(name, value) for name, value in stands if name not in hints and value]
    given = {name for name, _value in sent}
    for control in form.controls:
        if control.name in hints or control.name in given:
            if ticked and control.kind == "checkbox" and not control.has("checked"):
                sent.append((control.name, control.attributes.get("value") or "on"))
            continue
        value = plausible(control, ticked=ticked)
        needed = everything or control.has("required") or control.kind in {"select", *CHOICES}
        if value is not None and needed:
            sent.append((control.name, value))
            if control.kind != "checkbox":
                given.add(control.name)
    return sent + spread(hints)


def spread(hints: Mapping[str, Any]) -> Sent:
    """A hint that is a list is a name sent several times; None leaves the field away."""
    return [
        (name, one)
        for name, value in hints.items()
        if value is not None
        for one in (value if isinstance(value, list) else [value])
    ]


KINDS: dict[str, Callable[[Control], Any]] = {
    "email": lambda _control: "essai@exemple.invalid",
    "tel": lambda _control: "+212 600 00 00 01",
    "date": lambda control: control.attributes.get("min") or TODAY.isoformat(),
    "time": lambda _control: "09:00",
    "number": lambda control: control.attributes.get("min") or "1",
    "url": lambda _control: "https://exemple.invalid/",
    "password": lambda _control: PASSWORD,
    "file": lambda _control: Upload(picture(), "essai.jpg", "image/jpeg"),
    "radio": lambda control: control.attributes.get("value") or "on",
}


def plausible(control: Control, *, ticked: bool) -> Any:
    """Something a person might give; None where nothing can be given."""
    if control.kind == "checkbox":
        return (control.attributes.get("value") or "on") if ticked else None
    if control.kind == "select":
        values = [str(o.get("value")) for o in control.options if o.get("value")]
        return values[0] if values else None
    if control.kind == "hidden":
        return None
    return KINDS.get(control.kind, words)(control)


def words(control: Control) -> str:
    """A few words in the script the field is for."""
    numeric = control.attributes.get("inputmode") in {"numeric", "decimal"}
    if numeric:
        return "1"
    is_arabic = control.attributes.get("lang") == "ar" or control.attributes.get("dir") == "rtl"
    return "نص للتجربة" if is_arabic else "Essai de texte"


@cache
def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "#b5482a").save(kept, "JPEG")
    return kept.getvalue()


def path_of(address: str) -> str:
    return urlsplit(address).path
