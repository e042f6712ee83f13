"""Where templates, static files and migrations are: beside the package, or inside the wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _shipped(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


TEMPLATES = _shipped("templates")
STATIC = _shipped("static")
MIGRATIONS = _shipped("migrations")
TRANSLATIONS = PACKAGE / "translations"
CONTENT = PACKAGE / "content"
