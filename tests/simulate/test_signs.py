"""Weeks of calls in teams whose topic and group follow the host: what stands there is what the roles believe."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.activities import ACTIVITIES, roles
from bot.kernel.decision import Decision, Reply
from bot.kernel.effects import PutUp
from bot.simulate import Plan, ViolatedError, simulate
from bot.simulate.hands import form_of
from bot.simulate.roles import Roles
from bot.simulate.run import COURSES
from bot.simulate.world import Channel
from tests.simulate.test_roles import content

WHERE = (("topic", "group"), ("group",), ("topic",), ("topic", "group"), ())


class Follows(Roles):
    """Now and then whoever looks after a team changes what follows its host."""

    def live(self, end: datetime) -> None:
        while self.host.now < end:
            super().live(min(end, self.host.now + timedelta(days=2)))
            for channel in self.host.world.channels:
                if self.dice.random() < 0.5:
                    self._follows(channel, self.dice.choice(WHERE))

    def _follows(self, channel: Channel, where: tuple[str, ...]) -> None:
        handle = self.dice.choice(("facilitator", "lead"))

        def opened(reply: Reply) -> None:
            form = form_of(reply)
            if form is not None:
                self.hands.submits(channel.owner, form, channel.place, None, where=where, handle=handle)

        self.hands.types(channel.owner, channel.place, "roles follow", opened)


@pytest.fixture(autouse=True)
def course(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COURSES, "follows", Follows)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_stands_there_is_what_should(seed: int) -> None:
    """Five weeks with refusals, failing sends, deaths and lost channels: nothing is left standing that should not."""
    outcome = simulate(Plan(seed, weeks=5, teams=3, course="follows", sampled=20), content=content())
    assert outcome.counts["put up"] > 20
    assert outcome.counts["died"] > 0


def test_a_sign_that_is_forgotten_is_found() -> None:
    """A bot that never takes its line out of the topic, or its people out of the group, is caught."""

    def decide(state: Any, event: Any, now: datetime) -> Any:
        decided = roles.ACTIVITY.decide(state, event, now)
        if not isinstance(decided, Decision):
            return decided
        kept = tuple(e for e in decided.effects if not (isinstance(e, PutUp) and not _shows(e)))
        return replace(decided, effects=kept)

    broken = tuple(replace(one, decide=decide) if one.name == "roles" else one for one in ACTIVITIES)
    with pytest.raises(ViolatedError, match="should"):
        simulate(Plan(1, weeks=5, teams=3, faults=False, course="follows"), activities=broken, content=content())


def _shows(effect: PutUp) -> bool:
    return bool(getattr(effect.sign, "line", "") or getattr(effect.sign, "members", ()))
