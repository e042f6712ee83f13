"""Who answers for personal data: the school knows, and the application tells us where to ask."""

from collections.abc import Callable
from typing import Protocol, cast

from flask import Flask, current_app

EXTENSION = "responsible"


class Responsible(Protocol):
    """What the privacy notice says of the school."""

    legal_name: str
    legal_name_ar: str
    address: str
    data_protection_receipt: str
    help_telephone: str


FindResponsible = Callable[[], Responsible | None]


def init_app(app: Flask, *, find_responsible: FindResponsible) -> None:
    app.extensions[EXTENSION] = find_responsible


def find_responsible() -> Responsible | None:
    """The school as its privacy notice names it; None before its facts are written."""
    find = cast("FindResponsible | None", current_app.extensions.get(EXTENSION))
    return find() if find else None
