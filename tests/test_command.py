"""The `ecopter` command, as someone at a terminal uses it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with a database brought up to date."""
    data = tmp_path_factory.mktemp("command") / "data"
    assert command(data, "db", "upgrade").returncode == 0
    return data


def command(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ecopter", *words],
        cwd=ROOT,
        env=os.environ | {"ECOPTER_DATA": str(data)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_first_administrator_gets_a_code_once(folder):
    words = ("create-administrator", "hajja", "--given-name", "Fatima", "--family-name", "Idrissi")

    first, second = command(folder, *words), command(folder, *words)

    assert first.returncode == 0
    assert "One-time code" in first.stdout
    assert second.returncode == 1
    assert "already signs in" in second.stderr


def test_the_doctor_finds_a_good_house(folder):
    answer = command(folder, "doctor")

    assert "Zone data" in answer.stdout
    assert "!!  Zone data" not in answer.stdout
    assert "Audit chain: holds" in answer.stdout


def test_a_short_secret_stops_every_command_with_a_sentence(folder):
    answer = command(folder, "doctor", ECOPTER_SECRET_KEY="short")

    assert answer.returncode == 1
    assert "at least 32 characters" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_public_server_does_not_open_with_the_demonstrations_accounts(folder):
    loaded = command(folder, "demo", "load", ECOPTER_DEMO="1")

    answer = command(folder, "serve", ECOPTER_BASE_URL="https://school.example")
    removed = command(folder, "demo", "remove")

    assert "is loaded" in loaded.stdout
    assert answer.returncode == 1
    assert "demo remove" in answer.stderr
    assert removed.returncode == 0


def test_the_data_folder_is_ours_alone(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("module", ["alembic", "ecopter.seeding", "ecopter.backup", "PIL"])
def test_who_serves_or_works_does_without(module):
    program = f"import sys, ecopter.cli, ecopter.platform.server; print({module!r} in sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout == "False\n"


def test_commands_that_come_when_they_are_called_are_listed(folder):
    answer = command(folder, "--help")

    assert answer.returncode == 0
    listed = {line.split()[0] for line in answer.stdout.splitlines() if line.startswith("  ")}
    assert {"backup", "certificates", "content", "create-administrator", "db", "demo"} <= listed
    assert {"doctor", "remove-second-factor", "restore", "serve", "worker"} <= listed
