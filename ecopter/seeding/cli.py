"""Commands that load the shipped course and the demonstration school."""

import click
from flask import current_app
from flask.cli import AppGroup

from ecopter.db import db
from ecopter.platform.clock import request_now
from ecopter.platform.paths import CONTENT
from ecopter.platform.progress import shown_progress
from ecopter.seeding.services.course import load_course
from ecopter.seeding.services.demo import load_demo, remove_demo
from ecopter.settings import Settings
from ecopter.shared.errors import DomainError

content = AppGroup("content", help="The shipped course.")
demo = AppGroup("demo", help="The demonstration school.")


@content.command("load")
def load_content() -> None:
    """Load or update the course, its questions, the glossary, sites and holidays."""
    with shown_progress() as report:
        load_course(CONTENT, now=request_now(), progress=report)
    db.session.commit()
    click.echo("The course is loaded.")


@demo.command("load")
def load() -> None:
    """Load the fictional school; a second time changes nothing."""
    settings: Settings = current_app.config["SETTINGS"]
    with shown_progress() as report:
        load_course(CONTENT, now=request_now(), progress=report)
        report_of_demo = load_demo(
            now=request_now(),
            password=settings.demo_password.get_secret_value(),
            progress=report,
        )
    db.session.commit()
    click.echo(
        "The demonstration school is loaded."
        if report_of_demo.changed
        else "The demonstration school is here already: nothing changed."
    )


@demo.command("remove")
def remove() -> None:
    """Remove the fictional school; refuses, with a list, when something real hangs on it."""
    try:
        removed = remove_demo(now=request_now())
    except DomainError as problem:
        db.session.rollback()
        raise click.ClickException(problem.sentence % problem.values) from problem
    db.session.commit()
    click.echo(f"The demonstration school is removed: {removed} rows.")
