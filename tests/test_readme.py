"""What the README tells a newcomer to type exists, and no committed file names a place only we have."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from pydantic import AliasChoices

from bot.activities import ACTIVITIES
from bot.engine.route import Routes
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
GUIDES = ("README.md", ".github/CONTRIBUTING.md")
REQUIREMENTS = ("requirements/run.txt", "requirements/dev.txt")

# Addresses that serve packages, and folders of the machines this was written on. Spelled so that they miss themselves.
REGISTRIES = re.compile(
    r"(?:py[p]i\.org|pythonhoste[d]\.org|registry\.np[m]js|registry\.yarnpk[g]|deb\.debia[n]\.org|/simpl[e]/"
    r"|https?://[a-z0-9.-]*(?:registr[y]|artifactor[y]|nexu[s]|mirro[r])[a-z0-9.-]*)",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?:^|[^A-Za-z0-9_.$}])/(?:wor[k]|far[m]|roo[t]|opt/whee[l]s|opt/pyp[i])(?:/|\b)")


def committed_files() -> list[str]:
    """All files that git keeps, and those about to be added."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file())


def typed(file: str) -> set[str]:
    """Everything a reader of `file` may type: the lines of its code blocks and the words between backticks."""
    text = (ROOT / file).read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^ *```\w*\n.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return {*filter(None, lines), *re.findall(r"`([^`\n]+)`", prose)}


@cache
def make_targets() -> frozenset[str]:
    """The targets a person can call."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return frozenset(name for line in re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE) for name in line.split())


@cache
def help_of(*command: str) -> str:
    """What `moderato COMMAND --help` prints; fails if there is no such command."""
    asked = subprocess.run(
        [sys.executable, "-m", "bot", *command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
    )
    assert asked.returncode == 0, f"`moderato {' '.join(command)}` does not exist:\n{asked.stderr}"
    return asked.stdout


@pytest.mark.parametrize("guide", GUIDES)
def test_the_make_commands_exist(guide: str):
    """Each `make ...` that a guide shows is a target of the Makefile."""
    shown = {word for line in typed(guide) for word in re.findall(r"^make ([a-z-]+)", line)}
    assert shown
    assert shown <= make_targets()


def test_the_two_commands_are_the_first_ones_shown():
    """A newcomer meets `make run` and `make test` before any other command."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert [block.strip() for block in blocks[:2]] == ["make run", "make test"]


@pytest.mark.parametrize("guide", GUIDES)
def test_the_moderato_commands_exist_with_their_options(guide: str):
    """Each `moderato ...` and `python -m bot ...` that a guide shows is a command, with the options shown."""
    shown = {
        match.group(1)
        for line in typed(guide)
        if (match := re.match(r"(?:\.venv/bin/)?(?:moderato|python -m bot) ([a-z][a-z-]*.*)$", line))
    }
    assert shown
    for line in shown:
        command, *rest = line.split()
        known = help_of(command)
        missing = {word for word in rest if word.startswith("--") and word not in known}
        assert not missing, f"`moderato {command}` has no {', '.join(missing)}"


def test_every_word_people_may_type_is_listed():
    """The README's list of words has each command's first word, and none that does not exist."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = text.partition("## What people type")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", listed, re.MULTILINE)
    words = {command.words.split()[0] for _, command in Routes(ACTIVITIES).commands if command.words}
    assert {word for row in rows for word in re.findall(r"`([^`]+)`", row)} == words


def test_the_settings_table_lists_every_setting_with_its_default():
    """The README's table names exactly the settings that are read, and shows the defaults they have."""
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    known = {}
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        known[str(alias.choices[0] if isinstance(alias, AliasChoices) else alias)] = field.default
    assert {name for name, _ in rows} == set(known)
    for name, shown in rows:
        default = known[name].name if isinstance(known[name], Path) else known[name]
        if isinstance(default, str) and default:
            assert shown == f"`{default}`", name


def test_the_backup_command_copies_what_is_not_yet_in_the_file(tmp_path: Path):
    """The README's backup, typed while Moderato writes, holds all that was committed."""
    (command,) = (line for line in typed("README.md") if "VACUUM INTO" in line)
    database = sqlite3.connect(tmp_path / "moderato.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE teams (name TEXT)")
    database.execute("INSERT INTO teams VALUES ('Bridge')")
    _, *rest = shlex.split(command)
    subprocess.run([sys.executable, *rest], cwd=tmp_path, check=True)
    backup = sqlite3.connect(tmp_path / "backup.db")
    assert backup.execute("SELECT name FROM teams").fetchall() == [("Bridge",)]
    backup.close()
    database.close()


@pytest.mark.parametrize("guide", [*GUIDES, ".github/CHANGELOG.md"])
def test_links_lead_somewhere(guide: str):
    """Each picture and each link to a file of ours leads to a file that is there."""
    text = re.sub(r"<!--.*?-->", "", (ROOT / guide).read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]
    assert [target for target in targets if not (ROOT / guide).parent.joinpath(target).exists()] == []


def test_no_committed_file_names_a_registry_or_a_machine():
    """The project installs from wherever its reader's tools are set up to install from, and runs in any folder."""
    found = []
    for name in committed_files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or another binary file
        for number, line in enumerate(text.splitlines(), 1):
            if REGISTRIES.search(line) or MACHINE.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    assert found == []


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_requirements_are_locked_by_hash(file: str):
    """Every requirement names one version and its hashes, and no file sends pip anywhere."""
    text = (ROOT / file).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    assert [entry.split("\n")[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert not re.search(r"^\s*--(?!hash)", text, re.MULTILINE)


def test_what_runs_is_what_was_tested():
    """The requirements to run are all among those to test, in the same versions."""
    run, dev = (set(re.findall(r"^[a-z0-9].*==\S+", (ROOT / file).read_text(), re.MULTILINE)) for file in REQUIREMENTS)
    assert run <= dev


def test_the_commit_hooks_are_all_local():
    """Setting up the commit hooks loads nothing from anywhere."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in hooks["repos"]} == {"local"}
