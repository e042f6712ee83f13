"""The outside world in one frozen value: built once, replaced whole in tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from ecopter.platform.files import FileStore
from ecopter.platform.mail import Mailer


@dataclass(frozen=True)
class Adapters:
    clock: Callable[[], datetime]
    mail: Mailer
    files: FileStore


def adapters() -> Adapters:
    return cast("Adapters", current_app.extensions["adapters"])
