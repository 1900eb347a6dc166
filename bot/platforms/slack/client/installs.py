"""Where the bot is installed, and with which token."""

from __future__ import annotations

from typing import Protocol

from bot.engine.ports import Installed

Install = Installed


class Installs(Protocol):
    """Remembers installations; tokens are sealed at rest."""

    async def find(self, workspace: str, *, anew: bool = False) -> Install | None:
        """The installation of a workspace. *anew*: look where it is kept, not at what this process remembers."""
        ...

    async def save(self, install: Install) -> None: ...

    async def drop(self, workspace: str) -> None: ...


class OneWorkspace:
    """The installation that a token in the settings stands for. Which workspace it is, Slack says at the start."""

    def __init__(self, token: str) -> None:
        self._install = Install("", token)

    async def find(self, workspace: str, *, anew: bool = False) -> Install | None:  # noqa: ARG002  (nothing is newer)
        """The one there is, if it is this one. An empty name, before Slack was asked, fits any."""
        known = self._install
        return known if known.workspace in ("", workspace) or known.enterprise == workspace else None

    async def save(self, install: Install) -> None:
        self._install = install

    async def drop(self, workspace: str) -> None:
        """Nothing to forget: the token stands in the settings."""
