"""The command line: `moderato run`, or `python -m bot run`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.clock import Clock, SteeredClock, read_moment, wall
from bot.logs import configure
from bot.settings import Settings, SettingsError, read_settings

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Moderato, a facilitation bot for Slack and Teams.")
NO_SITE = "https://moderato.example"  # of a package that names no page of its own


@app.command()
def run(
    clock: Annotated[str, typer.Option(help='Live at this moment: "2026-03-24 09:29 Europe/Berlin".')] = "",
    speed: Annotated[float, typer.Option(help="How many times faster than real time. Needs --clock.")] = 1.0,
) -> None:
    """Start the bot; without Slack or Teams credentials, the rehearsal room."""
    settings = _settings()
    chosen = _clock(clock, speed)
    if settings.has_slack or settings.has_teams:
        from bot.engine.ports import CannotStartError
        from bot.serve import serve

        try:
            _until_stopped(serve(settings, chosen))
        except CannotStartError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
    else:
        typer.echo(
            "No Slack or Teams credentials found, so this opens the rehearsal room. Nothing leaves this machine."
        )
        _make_database(settings)
        _rehearse(settings, (chosen(), chosen.speed) if isinstance(chosen, SteeredClock) else None)


@app.command()
def rehearse() -> None:
    """Open the rehearsal room, whatever else is configured."""
    _rehearse(_settings())


@app.command()
def check() -> None:
    """Check prompts/, the settings and manifest.yml: file, line, what is wrong, how it should look."""
    from bot import checks, library

    root = Settings.model_fields["prompts"].default
    others = [checks.settings, checks.manifest]
    problems = library.check(Path(os.environ.get("MODERATO_PROMPTS", root)), Path("manifest.yml"), os.environ, others)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        raise typer.Exit(1)
    typer.echo("All is well.")


@app.command()
def slack_manifest(
    url: Annotated[str, typer.Option(help="Public https address of the bot, for HTTP instead of Socket Mode.")] = "",
    without: Annotated[list[str] | None, typer.Option(help="A shortcut another app owns, e.g. /round.")] = None,
    asks: Annotated[
        list[str] | None,
        typer.Option("--with", help="Also ask for the scopes of files, topic, group or canvas; may be repeated."),
    ] = None,
    with_files: Annotated[bool, typer.Option(help="The same as --with files.")] = False,
) -> None:
    """Print the Slack app manifest, made from the table that routes the commands."""
    from bot.activities import ACTIVITIES
    from bot.engine.route import Routes
    from bot.platforms.slack.package import manifest_text

    if url and not url.startswith("https://"):
        typer.echo("--url must begin with https://, because Slack calls nothing else.", err=True)
        raise typer.Exit(2)
    try:
        wanted = {name.strip() for part in asks or () for name in part.split(",")} | (
            {"files"} if with_files else set()
        )
        text = manifest_text(Routes(ACTIVITIES).commands, url=url, without=without or (), asks=wanted)
        typer.echo(text, nl=False)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@app.command()
def teams_package(
    out: Annotated[Path, typer.Option(help="Where to write the zip.")] = Path("moderato-teams.zip"),
    slash: Annotated[bool, typer.Option(help="Also offer the commands behind a stroke. Needs a new Teams.")] = False,
    older: Annotated[bool, typer.Option(help="For tenants that do not know the newest manifest.")] = False,
    reading: Annotated[
        bool, typer.Option(help="Ask each team's owner for the right to receive every message.")
    ] = False,
    site: Annotated[str, typer.Option(help="A page that says who runs the bot.")] = NO_SITE,
    developer: Annotated[str, typer.Option(help="Who runs the bot, up to 32 characters.")] = "Moderato",
    release: Annotated[str, typer.Option(help="Teams takes a changed package only with a higher one.")] = "1.0.0",
) -> None:
    """Write the Teams app package, made from the table that routes the commands."""
    from bot.activities import ACTIVITIES
    from bot.engine.route import Routes
    from bot.platforms.teams.package import manifest, package

    try:
        described = manifest(
            Routes(ACTIVITIES).commands,
            _settings().microsoft_app_id,
            slash=slash,
            older=older,
            reading=reading,
            site=site,
            developer=developer,
            release=release,
        )
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    try:
        out.write_bytes(package(described))
    except OSError as error:
        typer.echo(f"--out {out} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"Wrote {out}. Upload it in Teams: Apps, Manage your apps, Upload an app.")
    if site == NO_SITE:
        typer.echo("Its links to privacy and terms lead nowhere; --site names a page of yours.")


@app.command()
def status() -> None:
    """How the bot is: teams, what waits, what failed. Reads the database only; the bot may run meanwhile."""
    from storage.database import Connections
    from storage.migrations import upgrade
    from storage.queues import Queues

    settings = _settings()
    connections = Connections(settings.database_url)
    upgrade(connections)
    queues = Queues(connections, {})
    typer.echo("\n".join(queues.status(wall())))
    connections.close()


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="The same seed always does the same.")] = 1,
    weeks: Annotated[float, typer.Option(help="Simulated weeks.")] = 1.0,
    teams: Annotated[int, typer.Option(help="Teams, in two workspaces.")] = 3,
    seeds: Annotated[int, typer.Option(help="How many seeds to run, from --seed on.")] = 1,
    faults: Annotated[bool, typer.Option(help="Deaths of the process, failing sends, events brought twice.")] = True,
    course: Annotated[str, typer.Option(help="What the people are up to.")] = "anything",
    sampled: Annotated[int, typer.Option(help="Draw only every n-th card on every platform; 0: each.")] = 0,
    trace: Annotated[bool, typer.Option(help="Print every step.")] = False,
) -> None:
    """Run the whole bot among simulated people, and stop where something that must hold does not."""
    from bot.library import load
    from bot.simulate import Plan, ViolatedError
    from bot.simulate import simulate as run

    configure("CRITICAL")
    content, _ = load(read_settings().prompts)
    for one in range(seed, seed + seeds):
        try:
            plan = Plan(one, weeks, teams, faults, course=course, sampled=sampled)
            outcome = run(plan, content=content, say=typer.echo if trace else None)
        except ViolatedError as violated:
            typer.echo(str(violated), err=True)
            raise typer.Exit(1) from None
        counts = ", ".join(f"{what} {n}" for what, n in sorted(outcome.counts.items()))
        typer.echo(f"Seed {one}: {outcome.steps} steps, {counts}. Everything held. {outcome.digest}")


def _make_database(settings: Settings) -> None:
    """Have the database ready before the first platform is connected, so that its address is known to work."""
    from sqlalchemy.exc import SQLAlchemyError

    from storage.database import Connections
    from storage.migrations import upgrade

    try:
        connections = Connections(settings.database_url)
        upgrade(connections)
    except (SQLAlchemyError, OSError, ValueError, sqlite3.Error) as error:
        typer.echo(f"The database cannot be used ({type(error).__name__}). Look at MODERATO_DATABASE_URL.", err=True)
        raise typer.Exit(2) from None
    connections.close()


def _rehearse(settings: Settings, lives_at: tuple[datetime, float] | None = None) -> None:
    from bot.engine.ports import CannotStartError
    from bot.serve import rehearse as room

    def announce(where: str) -> None:
        typer.echo(f"The rehearsal room is open: {where}  (Ctrl-C ends it)")

    try:
        _until_stopped(room(settings, announce, lives_at))
    except CannotStartError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _settings() -> Settings:
    try:
        settings = read_settings()
    except SettingsError as error:
        typer.echo(f"A setting cannot be used:\n{error}\nSettings come from the environment and from .env.", err=True)
        raise typer.Exit(2) from None
    configure(settings.log_level)
    return settings


def _clock(text: str, speed: float) -> Clock:
    if not text:
        if speed != 1.0:
            typer.echo('--speed needs --clock, e.g. --clock "2026-03-24 09:29 Europe/Berlin" --speed 60.', err=True)
            raise typer.Exit(2)
        return wall
    if not 0 < speed <= 3600:
        typer.echo("--speed is between 0 and 3600: 60 makes a minute of every second.", err=True)
        raise typer.Exit(2)
    try:
        start = read_moment(text)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(
        f"WARNING: this bot lives at {text}, {speed:g} times as fast as real time. "
        "It sends real messages at times that are not real. For trials only.",
        err=True,
    )
    return SteeredClock(start, speed)


def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until Ctrl-C or SIGTERM, and end without a traceback."""

    async def main() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())


def main() -> None:
    """Entry point of the `moderato` script."""
    app()


if __name__ == "__main__":
    main()
