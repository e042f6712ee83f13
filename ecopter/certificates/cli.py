"""Commands about papers."""

import sys
from contextlib import ExitStack
from pathlib import Path

import click
import structlog
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress

from ecopter.certificates.queries.bundles import ToPrint, get_printed, list_to_print
from ecopter.certificates.rules.naming import file_name
from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.certificates.services.papers import RENDERER, make_paper, stored
from ecopter.db import db, reading
from ecopter.platform.clock import request_now
from ecopter.platform.pdf import RendererPool, pdf_available
from ecopter.shared.errors import NotFound

certificates = AppGroup("certificates", help="The papers of the school.")


@certificates.command("render")
@click.option("--cohort", "code", help="The papers of this cohort, lost ones too.")
@click.option("--kind", type=click.Choice([kind.value for kind in CredentialKind]))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the PDFs into this folder too.",
)
def render(code: str | None, kind: str | None, output: Path | None) -> None:
    """Print in the foreground the papers that wait; exit code 1 when one could not be printed."""
    papers = _waiting(code, CredentialKind(kind) if kind else None)
    if not papers:
        click.echo("No paper waits to be printed.")
        return
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with ExitStack() as stack:
        stack.enter_context(_press())
        bar = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        task = bar.add_task("Papers", total=len(papers))
        for paper in papers:
            if not _print(paper, output):
                failed.append(paper.number)
            bar.advance(task)
    click.echo(f"Printed {len(papers) - len(failed)} of {len(papers)} papers.")
    if failed:
        click.echo(f"Could not be printed: {', '.join(failed)}", err=True)
        sys.exit(1)


def _waiting(code: str | None, kind: CredentialKind | None) -> list[ToPrint]:
    try:
        with reading():
            return list_to_print(code, kind)
    except NotFound as problem:
        raise click.ClickException(f"There is no cohort {code}.") from problem


def _press() -> ExitStack:
    """The fenced renderer of the worker, for as long as the command runs.

    One that is set up already is used as it is. Raises ClickException where none can work.
    """
    stack = ExitStack()
    if RENDERER in current_app.extensions:
        return stack
    status = pdf_available()
    if not status.ok:
        raise click.ClickException(status.advice)
    current_app.extensions[RENDERER] = stack.enter_context(RendererPool(size=1))
    stack.callback(current_app.extensions.pop, RENDERER, None)
    return stack


def _print(paper: ToPrint, output: Path | None) -> bool:
    """Print one paper and keep it; False, with a line in the log, when that failed."""
    try:
        make_paper({"credential_id": paper.credential_id}, request_now())
        db.session.commit()
        if output is not None:
            _write(paper, output)
    except Exception:  # noqa: BLE001 (the next paper may be printable)
        db.session.rollback()
        structlog.get_logger("ecopter").exception("paper not printed", number=paper.number)
        return False
    return True


def _write(paper: ToPrint, output: Path) -> None:
    with reading():
        printed = get_printed(paper.credential_id)
    words = CertificateWords.from_dict(printed.credential.words)
    content = stored(printed.paper) if printed.paper else None
    if content is None:
        raise FileNotFoundError(paper.number)
    (output / file_name(words.number, words.person.latin)).write_bytes(content)
