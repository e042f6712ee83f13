"""Commands about accounts."""

import click
from flask import current_app
from flask.cli import with_appcontext

from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.queries import find_user
from ecopter.people.rules import PersonName, SchoolRole
from ecopter.people.services import accounts, codes, second_factor
from ecopter.platform.clock import request_now, school_day
from ecopter.shared.errors import DomainError


@click.command("create-administrator")
@click.argument("sign_in_name")
@click.option("--given-name", prompt="Given name", help="In Latin letters.")
@click.option("--family-name", prompt="Family name", help="In Latin letters.")
@with_appcontext
def create_administrator(sign_in_name: str, given_name: str, family_name: str) -> None:
    """Make the first account of a school, and print the code to choose its password with."""
    now = request_now()
    try:
        user = accounts.create_user(
            sign_in_name, PersonName(given_name, family_name), actor=Actor(), now=now
        )
        accounts.give_role(
            user, SchoolRole.ADMINISTRATOR, from_on=school_day(now), actor=Actor(), now=now
        )
        issued = codes.issue_code(user, actor=Actor(), now=now)
    except DomainError as problem:
        db.session.rollback()
        raise click.ClickException(problem.sentence) from problem
    db.session.commit()
    base = current_app.config["PUBLIC_BASE_URL"] or "the school's address"
    click.echo(f"Account {user.sign_in_name} is an administrator.")
    click.echo(f"One-time code, for three days: {issued.spaced}")
    click.echo(f"Choose the password at {base}/password")


@click.command("remove-second-factor")
@click.argument("sign_in_name")
@with_appcontext
def remove_second_factor(sign_in_name: str) -> None:
    """Let an account sign in with its password alone: for the last administrator's lost phone."""
    user = find_user(sign_in_name)
    if user is None:
        raise click.ClickException(f"Nobody signs in as {sign_in_name}.")
    try:
        second_factor.take_off(user, actor=Actor(), now=request_now())
    except DomainError as problem:
        db.session.rollback()
        raise click.ClickException(problem.sentence) from problem
    db.session.commit()
    click.echo(f"{user.sign_in_name} signs in with the password alone from now on.")
    click.echo("The person is told, and the trail keeps it.")
