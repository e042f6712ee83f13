"""Commands that keep the school safe, and bring it back."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from ecopter.backup import services
from ecopter.backup.rules import BadArchive, Manifest
from ecopter.db import db
from ecopter.platform.clock import request_now
from ecopter.platform.progress import shown_progress

ARCHIVE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("archive", type=ARCHIVE, required=False)
@with_appcontext
def backup(archive: Path | None) -> None:
    """Write the whole school, database and files, into one ARCHIVE, and check it.

    The school may go on meanwhile. Without a name: ecopter-DAY-TIME.zip in this folder.
    """
    now = request_now()
    target = archive or Path(f"ecopter-{now:%Y%m%d-%H%M%S}.zip")
    if target.exists():
        raise click.ClickException(f"{target} is there already. Choose another name.")
    try:
        with shown_progress() as report:
            manifest = services.make_backup(target.absolute(), now=now, progress=report)
    except BadArchive as problem:
        raise click.ClickException(f"No archive was made. {problem}") from problem
    click.echo(f"{target}: {_size(target)}, {_said(manifest)}. Read again and whole.")
    click.echo("It holds personal data: keep it encrypted, and one copy away from here.")


@click.command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def restore(archive: Path, *, yes: bool) -> None:
    """Put the school of an ARCHIVE in the place of this one.

    What is here now is replaced: make a backup of it first. Everybody signs in again.
    """
    if not yes:
        click.confirm("Everything in this school is replaced by the archive. Go on?", abort=True)
    try:
        with shown_progress() as report:
            manifest = services.restore(archive.absolute(), now=request_now(), progress=report)
    except BadArchive as problem:
        db.session.rollback()
        raise click.ClickException(f"Nothing was changed. {problem}") from problem
    db.session.commit()
    made = datetime.fromisoformat(manifest.made_at)
    click.echo(f"The school of {made:%Y-%m-%d %H:%M} UTC is back: {_said(manifest)}.")


def _said(manifest: Manifest) -> str:
    rows = sum(manifest.rows.values())
    trail = f"trail of {manifest.events} events ending in {manifest.head[:12]}"
    return f"{rows} rows, {len(manifest.files)} files, {trail}"


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
