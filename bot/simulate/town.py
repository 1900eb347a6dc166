"""Workspaces, channels and the people in them, as a run begins."""

from __future__ import annotations

from bot.kernel.ids import Member, Place
from bot.simulate.host import Host
from bot.simulate.world import NAMES, PLATFORM, ZONES, Channel, Somebody


def found(host: Host, *, steady: bool = False, fewest: int = 2, most: int = 8, zones: tuple[str, ...] = ZONES) -> None:
    """Two workspaces that share channel ids and user ids; each team gets its channel read.

    *steady*: nobody is a guest or a bot. Somebody may be in several teams of their workspace.
    """
    names = iter(NAMES * (4 + 2 * host.plan.teams))
    for n in range(host.plan.teams):
        workspace = f"w{n % 2 + 1}"
        known = host.world.people.setdefault(workspace, [])
        while len(known) < fewest + 3 + max(4, most // 2) * (n // 2 + 1):
            known.append(
                Somebody(
                    Member(PLATFORM, workspace, f"u{len(known)}"),
                    f"{next(names)} {workspace}.{len(known)}",
                    host.dice.choice(zones),
                    guest=not steady and host.dice.random() < 0.08,
                    bot=not steady and host.dice.random() < 0.05,
                )
            )
        people = host.dice.sample(known, host.dice.randint(fewest, min(most, len(known))))
        for one in people[:2]:
            one.bot = one.guest = False
        place = Place(PLATFORM, workspace, f"C{n // 2}")
        host.world.add(Channel(place, f"team-{n}", people, people[0]))
        host.event(f"reads the roster of team-{n}", host.roster(host.world.channels[-1]))
