"""Where the bot is installed on Slack, with tokens that nobody can read in the database or its backups."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.engine.ports import Installed
from storage.database import Connections, Row


class UnreadableError(Exception):
    """A token was sealed with a key that is not among those given."""


class SealedInstalls:
    """Installations, each token sealed. *keys*: 32 bytes each; the first seals, all of them open."""

    def __init__(self, connections: Connections, keys: Sequence[bytes]) -> None:
        self._connections = connections
        self._seal = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
        self._known: dict[str, Installed] = {}

    async def find(self, workspace: str, *, anew: bool = False) -> Installed | None:
        """The installation of a workspace, or of an Enterprise organisation. Raises UnreadableError.

        *anew*: another process may have written a newer one.
        """
        if workspace in self._known and not anew:
            return self._known[workspace]
        found = await self._connections.in_thread(self._read, workspace)
        if found is not None:
            self._known[workspace] = found
        else:
            self._known.pop(workspace, None)
        return found

    async def save(self, install: Installed) -> None:
        await self._connections.in_thread(self._write, install)
        self._known[install.workspace] = install

    async def drop(self, workspace: str) -> None:
        """Forget a workspace, and, of an organisation, the workspaces served by its token."""
        await self._connections.in_thread(self._delete, workspace)
        self._known = {name: one for name, one in self._known.items() if workspace not in (name, one.enterprise)}

    def reseal(self) -> int:
        """Seal every token anew with the first key, after a rotation. Returns how many there are."""
        with self._connections.transaction() as db:
            rows = db.rows("SELECT workspace, token FROM install")
            for workspace, token in rows:
                try:
                    fresh = self._seal.rotate(token.encode()).decode()
                except InvalidToken:
                    raise _unreadable(workspace) from None
                db.run("UPDATE install SET token = :t WHERE workspace = :w", {"t": fresh, "w": workspace})
            db.commit()
        return len(rows)

    def _read(self, workspace: str) -> Installed | None:
        with self._connections.transaction() as db:
            row = db.row(
                "SELECT workspace, token, bot_user, bot_id, enterprise, name, scopes, whole FROM install WHERE workspace = :w",
                {"w": workspace},
            )
        return self._opened(row) if row else None

    def _opened(self, row: Row) -> Installed:
        workspace, token, bot_user, bot_id, enterprise, name, scopes, whole = row
        try:
            clear = self._seal.decrypt(token.encode()).decode()
        except InvalidToken:
            raise _unreadable(workspace) from None
        return Installed(workspace, clear, bot_user, bot_id, enterprise, name, tuple(scopes.split()), bool(whole))

    def _write(self, install: Installed) -> None:
        values = {
            "w": install.workspace,
            "token": self._seal.encrypt(install.token.encode()).decode(),
            "user": install.bot_user,
            "bot": install.bot_id,
            "enterprise": install.enterprise,
            "name": install.name,
            "scopes": " ".join(install.scopes),
            "whole": int(install.whole),
        }
        with self._connections.transaction() as db:
            db.run(
                "INSERT INTO install (workspace, token, bot_user, bot_id, enterprise, name, scopes, whole) "
                "VALUES (:w, :token, :user, :bot, :enterprise, :name, :scopes, :whole) ON CONFLICT (workspace) DO UPDATE SET "
                "token = :token, bot_user = :user, bot_id = :bot, enterprise = :enterprise, name = :name, scopes = :scopes, "
                "whole = :whole",
                values,
            )
            db.commit()

    def _delete(self, workspace: str) -> None:
        with self._connections.transaction() as db:
            db.run("DELETE FROM install WHERE workspace = :w OR (whole = 1 AND enterprise = :w)", {"w": workspace})
            db.commit()


def _unreadable(workspace: str) -> UnreadableError:
    return UnreadableError(
        f"The token of workspace {workspace} was sealed with another MODERATO_SECRET_KEY. "
        "Add the old key after the new one, separated by a comma."
    )
