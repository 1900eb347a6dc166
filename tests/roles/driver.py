"""A team's roles without storage or wire: events go to `decide`, the one timer is fired when it is due."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.activities.roles.events import Happened, RhythmSet, RosterChanged, TimeCame, What
from bot.activities.roles.logic import decide
from bot.activities.roles.model import Plan, Rota, Scene
from bot.kernel.content import Library
from bot.kernel.decision import Decision, Refused, Reply, Whisper
from bot.kernel.effects import Effect, Post
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.kernel.people import Absence, Person, Team
from bot.library.load import load
from bot.pieces.rota import Turn

E = TypeVar("E", bound=Effect)
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=BERLIN).astimezone(UTC)
TEAM = Team(TeamId("t1"), Place("local", "w", "bridge"), "bridge", "Europe/Berlin", ready=True)
ID = SessionId("roles.t1")


@cache
def library() -> Library:
    return load(Path(__file__).parents[2] / "prompts")[0]


def member(user: str) -> Member:
    return Member("local", "w", user)


def person(user: str, *, founding: bool = True, owner: bool = False) -> Person:
    return Person(member(user), user.capitalize(), "Europe/Berlin", founding=founding, owner=owner)


@dataclass
class Driver:
    """One team. *people* may be changed at any time; call `changed` so that it is noticed."""

    people: dict[str, Person]
    now: datetime = MONDAY
    rota: Rota | None = None
    effects: list[Effect] = field(default_factory=list)
    reply: Reply | None = None
    team: Team = TEAM

    @classmethod
    def of(cls, *users: str) -> Driver:
        return cls({user: person(user, owner=not n) for n, user in enumerate(users)})

    @property
    def state(self) -> Rota:
        assert self.rota is not None
        return self.rota

    def scene(self) -> Scene:
        people = tuple(self.people.values())
        owners = tuple(one.member for one in people if one.owner)
        return Scene(ID, self.team, people, owners, library().roles, library().guides)

    def happens(self, what: What) -> Refused | None:
        """Decide, and remember what it asks the world to do. Returns the refusal, if it is one."""
        decision = decide(self.rota, Happened(self.scene(), what), self.now)
        if isinstance(decision, Refused):
            return decision
        assert isinstance(decision, Decision)
        self.rota, self.reply = decision.state, decision.reply
        self.effects += decision.effects
        return None

    def until(self, moment: datetime) -> None:
        """Live on, and fire the timer whenever it is due."""
        while self.rota is not None and self.rota.wakes is not None and self.rota.wakes <= moment:
            self.now = max(self.now, self.rota.wakes)
            self.happens(TimeCame("next"))
        self.now = max(self.now, moment)

    def passes(self, **span: float) -> None:
        self.until(self.now + timedelta(**span))

    def changed(self) -> None:
        self.happens(RosterChanged())

    def away(self, user: str, first: date, last: date) -> None:
        settings = self.people[user].settings
        absences = (*settings.absences, Absence(first, last))
        self.people[user] = replace(self.people[user], settings=replace(settings, absences=absences))
        self.changed()

    def weekly(self, *, roles_at: time = time(15), weekday: int = 3) -> None:
        owner = next(iter(self.people.values())).member
        plan = Plan((weekday,), roles_at, 1, self.now.date(), 60, "Weekly call")
        self.happens(RhythmSet(owner, plan))

    def next(self) -> Turn:
        return next(turn for turn in self.state.turns if not turn.begun)

    def holders(self) -> dict[str, str]:
        return {role: one.user for role, one in self.next().holders().items()}

    def said(self) -> str:
        assert isinstance(self.reply, Whisper)
        return self.reply.card.fallback("Europe/Berlin")

    def take(self, kind: type[E]) -> list[E]:
        """The effects of one kind since they were last taken; all others are dropped."""
        found = [effect for effect in self.effects if isinstance(effect, kind)]
        self.effects.clear()
        return found

    def asked(self) -> dict[str, str]:
        """Who got a proposal since effects were last taken: role -> user."""
        posts = [post for post in self.take(Post) if post.name.startswith("ask.")]
        return {post.name.rsplit(".", 2)[1]: post.name.rsplit(".", 1)[1] for post in posts}
