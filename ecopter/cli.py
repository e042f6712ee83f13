"""The `ecopter` command: start the school, look after it, fill it."""

import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, FlaskGroup, ScriptInfo, with_appcontext
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from ecopter.app import DEMO_ACCOUNTS, create_app
from ecopter.audit import queries as audit
from ecopter.audit.rules import first_break
from ecopter.authorization.page import permissions_page
from ecopter.certificates.services.bundles import BUNDLE_JOB
from ecopter.certificates.services.papers import PAPER_JOB
from ecopter.curricula.queries import find_curriculum
from ecopter.db import db, journal_mode
from ecopter.platform import database, logs, memory, translations, versions, worker
from ecopter.platform.pdf import pdf_available
from ecopter.settings import Settings
from ecopter.shared.dates import local

# Morocco left UTC+1 on 20 September 2026: with older zone data every half-day there is wrong.
COURSE = "terroir"
CASABLANCA_CHECK = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _create() -> Flask:
    try:
        app = create_app()
    except ValidationError as problem:
        lines = [f"  {error['msg'].removeprefix('Value error, ')}" for error in problem.errors()]
        raise click.ClickException("The settings are not right:\n" + "\n".join(lines)) from problem
    return app


def _create_for_migrating() -> Flask:
    app = _create()
    database.init_app(app)
    return app


# What serving has no use for comes with the commands that use it: every start is shorter.
ASIDE = {
    "backup": "ecopter.backup.cli:backup",
    "certificates": "ecopter.certificates.cli:certificates",
    "content": "ecopter.seeding.cli:content",
    "create-administrator": "ecopter.people.cli:create_administrator",
    "db": "flask_migrate.cli:db",
    "demo": "ecopter.seeding.cli:demo",
    "remove-second-factor": "ecopter.people.cli:remove_second_factor",
    "restore": "ecopter.backup.cli:restore",
}


def _fetched(place: str) -> click.Command:
    module, _, name = place.partition(":")
    found: click.Command = getattr(import_module(module), name)
    return found


class Commands(FlaskGroup):
    """The commands of this file, and those that come when they are called."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in ASIDE:
            return super().get_command(ctx, name)
        if name == "db":
            ctx.ensure_object(ScriptInfo).create_app = _create_for_migrating
        return _fetched(ASIDE[name])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ASIDE])


@click.group(cls=Commands, create_app=_create, add_default_commands=False, load_dotenv=False)
def main() -> None:
    """Learning, attendance and certificates for a school of terroir products."""


@main.command()
@click.option("--demo", is_flag=True, help="Load and serve the fictional school.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.pass_context
def serve(context: click.Context, *, demo: bool, host: str, port: int) -> None:
    """Bring the database up to date and start the web server and the worker."""
    memory.keep_one_heap()
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
    os.environ.setdefault("ECOPTER_BASE_URL", address)
    os.environ["ECOPTER_BIND"] = f"{host}:{port}"
    if demo:
        os.environ["ECOPTER_DEMO"] = "1"
    with ThreadPoolExecutor(max_workers=1) as aside:
        found = aside.submit(pdf_available)
        translations.compile_all(only_stale=True)
        app = _create()
        with app.app_context():
            _prepare(context, demo=demo)
            database.dispose()
        status = found.result()
    app.config["PDF_ADVICE"] = "" if status.ok else status.advice
    _announce(app.config["SETTINGS"], address, app.config["PDF_ADVICE"])
    sys.stdout.flush()
    # The web server comes with serving only, and reads its settings when it is imported.
    from ecopter.platform.server import Household  # noqa: PLC0415

    sys.exit(Household(app, lambda: _work(app)).run())


def _prepare(context: click.Context, *, demo: bool) -> None:
    database.bring_up_to_date()
    if demo:
        # Every time: a day's work is waiting on whatever day the demonstration is started.
        context.invoke(_fetched("ecopter.seeding.cli:load"))
        return
    if Settings().is_https:
        _refuse_demo()
    if find_curriculum(COURSE) is None:
        context.invoke(_fetched("ecopter.seeding.cli:load_content"))


def _refuse_demo() -> None:
    from ecopter.seeding.queries.demo import has_demo  # noqa: PLC0415 (only a public server asks)

    if has_demo():
        raise click.ClickException(
            "The demonstration's accounts, whose password is public, are in this database. "
            "Remove them first: ecopter demo remove"
        )


def _announce(settings: Settings, address: str, pdf_advice: str) -> None:
    click.echo(f"\n  ECOPTER  {settings.base_url or address}\n")
    if settings.demo:
        click.echo("  Comptes de démonstration / demonstration accounts:")
        for name, role in DEMO_ACCOUNTS:
            click.echo(f"    {name:<20} {role}")
        click.echo(f"  Mot de passe / password: {settings.demo_password.get_secret_value()}\n")
    if pdf_advice:
        click.echo(f"  No PDF on this machine yet. {pdf_advice}\n")


@main.command("worker")
def work() -> None:
    """Do the work that waits: papers and mail."""
    logs.configure()
    _work(_create())


def _work(app: Flask) -> None:
    worker.run(app, needs_pdf=[PAPER_JOB, BUNDLE_JOB])


@main.command()
@click.option("--seal", metavar="EVENT:SEAL", help="What an earlier run said, kept elsewhere.")
@with_appcontext
def doctor(seal: str | None) -> None:
    """Say what is missing and the line that mends it."""
    status = pdf_available()
    journal, synchronous = journal_mode(sqlite3.sqlite_version_info)
    casablanca = local(CASABLANCA_CHECK, "Africa/Casablanca").utcoffset()
    old = versions.too_old(versions.installed())
    findings = [
        (status.ok, "PDF libraries", status.advice or "all found"),
        (status.ok and not status.missing, "Fast PDF fonts", status.advice or "found"),
        (True, f"SQLite {sqlite3.sqlite_version}", f"journal {journal}, synchronous {synchronous}"),
        (not old, "Versions", "; ".join(old) or "none with a known weakness that we look for"),
        (
            not casablanca,
            "Zone data",
            "pip install tzdata==2026.6" if casablanca else "of 2026f or newer",
        ),
        *_trail(seal),
    ]
    for good, what, words in findings:
        click.echo(f"  {'ok ' if good else '!! '} {what}: {words}")
    if not all(good for good, _, _ in findings):
        sys.exit(1)


def _trail(kept: str | None) -> list[tuple[bool, str, str]]:
    """Whether the trail holds, and still contains the event whose seal was kept elsewhere."""
    try:
        broken = first_break(audit.chain())
    except DBAPIError as problem:
        db.session.rollback()
        words = str(problem.orig).strip().partition("\n")[0]
        return [(False, "Database", f"{words} (without tables: ecopter db upgrade)")]
    last = audit.find_last(db.session())
    end = f", ending in {last.sequence}:{last.seal}" if last else ""
    holds = f"holds from the first event to the last{end}"
    findings = [
        (broken is None, "Audit chain", holds if broken is None else f"broken at event {broken}")
    ]
    if kept is not None:
        number, _, seal = kept.partition(":")
        good = bool(seal) and number.isdecimal() and audit.seal_of(int(number)) == seal
        words = "is in the trail" if good else "is not in the trail: it was cut or written anew"
        findings.append((good, "Seal kept elsewhere", words))
    return findings


@main.command()
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), help="Write it there.")
@with_appcontext
def permissions(*, write: Path | None) -> None:
    """Who may do what, and which permission each address asks for, as Markdown."""
    page = permissions_page(current_app)
    if write:
        write.write_text(page, encoding="utf-8")
    else:
        click.echo(page, nl=False)


i18n = AppGroup("i18n", help="The catalogues of French and Arabic.")


@i18n.command("update", with_appcontext=False)
def i18n_update() -> None:
    """Gather new sentences from the code."""
    translations.update()


@i18n.command("compile", with_appcontext=False)
def i18n_compile() -> None:
    """Compile the catalogues."""
    translations.compile_all()


@i18n.command("check", with_appcontext=False)
def i18n_check() -> None:
    """Fail when a sentence is missing in a language."""
    found = translations.faults()
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)


main.add_command(i18n)
