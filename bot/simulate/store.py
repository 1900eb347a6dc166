"""The simulated bot's database: in memory, in a file that a death leaves as it lies, or on PostgreSQL."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path
from random import Random  # noqa: TID251  (seeded: the same seed does the same)

from bot.simulate.faults import Life, MortalConnections
from bot.simulate.plan import Plan
from storage.migrations import upgrade


class Store:
    """The connections of the process that lives now."""

    def __init__(self, plan: Plan, life: Life) -> None:
        self._life, self._dice, self._url = life, Random(plan.seed), plan.database
        self._files = count(1)
        self.connections = self._open()
        upgrade(self.connections)
        with self.connections.transaction() as db:  # only the simulation asks what was changed at a moment
            db.run("CREATE INDEX simulated_changed ON session (changed)")
            db.commit()

    def dies(self) -> None:
        """The process is gone, and another one opens the database.

        A file is taken with its write-ahead log as both lie on the disk at this instant, which is what a process
        that is killed leaves behind. PostgreSQL notices that the connection has gone.
        """
        dead = self.connections
        if dead.memory:
            return
        if not dead.postgres:
            old = Path(str(dead.url.database))
            new = old.with_name(f"{old.name.partition('-')[0]}-{next(self._files)}")
            for end in ("", "-wal"):
                if Path(f"{old}{end}").exists():
                    shutil.copyfile(f"{old}{end}", f"{new}{end}")
            self._url = f"sqlite:///{new}"
        dead.close()
        if not dead.postgres:
            for end in ("", "-wal", "-shm"):
                Path(f"{old}{end}").unlink(missing_ok=True)
        self.connections = self._open()

    def close(self) -> None:
        self.connections.close()

    def _open(self) -> MortalConnections:
        return MortalConnections(self._url, self._life, lambda n: self._dice.randbytes(n).hex())
