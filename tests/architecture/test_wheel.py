"""The wheel is whole: unpacked anywhere, it starts, makes its database and shows its pages."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = {
    "ecopter/": "ecopter/",
    "templates/": "ecopter/templates/",
    "static/": "ecopter/static/",
    "migrations/": "ecopter/migrations/",
}
VISIT = """
import re
from pathlib import Path

import ecopter
from ecopter.app import create_app
from ecopter.platform import database
from ecopter.settings import Settings

here = Path.cwd()
assert Path(ecopter.__file__).is_relative_to(here / "wheel"), ecopter.__file__
app = create_app(Settings(data=here / "data"))
database.init_app(app)
with app.app_context():
    database.bring_up_to_date()
client = app.test_client()
page = client.get("/", headers={"Accept-Language": "ar"}, follow_redirects=True)
assert page.status_code == 200, page.status
assert 'type="password"' in page.text
title = re.search("<title>(.*?)</title>", page.text, re.DOTALL)[1]
assert re.search("[\\u0600-\\u06ff]", title), title
stylesheet = re.search('href="([^"]*[.]css)"', page.text)[1]
answer = client.get(stylesheet)
assert answer.status_code == 200, answer.status
assert "@layer" in answer.text
"""


def shipped(path: str) -> str | None:
    """Where a file of the checkout is in the wheel; None where it stays at home."""
    for folder, place in PLACES.items():
        if path.startswith(folder):
            return place + path.removeprefix(folder)
    return None


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def content(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_every_kind_of_file(content: set[str]) -> None:
    for folder, pattern in [
        ("ecopter", "content/**/*.toml"),
        ("ecopter", "translations/**/*.mo"),
        ("templates", "**/*.html"),
        ("static", "**/*.css"),
        ("static", "**/*.woff2"),
        ("migrations", "env.py"),
        ("migrations", "versions/*.py"),
    ]:
        files = [str(path.relative_to(ROOT)) for path in (ROOT / folder).glob(pattern)]

        assert files, f"no {pattern} in {folder}"
        assert {shipped(file) for file in files} <= content


def test_every_catalogue_is_shipped_compiled(content: set[str]) -> None:
    catalogues = {path for path in content if path.endswith(".po")}

    assert catalogues
    assert {path.replace(".po", ".mo") for path in catalogues} <= content


def test_the_wheel_holds_what_git_knows_and_nothing_it_ignores(content: set[str]) -> None:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    files = [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]

    wanted = {place for name in files if (place := shipped(name))}

    assert {name for name in content if not name.endswith(".mo")} == wanted


def test_the_unpacked_wheel_starts_and_shows_its_pages(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "wheel")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ECOPTER_")}

    visit = subprocess.run(
        [sys.executable, "-c", VISIT],
        cwd=tmp_path,
        env={**clean, "PYTHONPATH": str(tmp_path / "wheel"), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert visit.returncode == 0, visit.stderr
