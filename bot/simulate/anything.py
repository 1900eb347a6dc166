"""People who do anything: press what they see, fill in what they are asked, type what can be typed, or nonsense."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.kernel.inbound import Joined, Left, News, PlaceFound, PlaceLost, PlaceRenamed, ProfileChanged
from bot.simulate.doings import Doings, somebody_of
from bot.simulate.host import Host
from bot.simulate.town import found
from bot.simulate.world import ZONES, Channel, Somebody


class Anything:
    """Teams are busy a few times a day; in between everybody is elsewhere."""

    def __init__(self, host: Host) -> None:
        self.host, self.dice, self.world = host, host.dice, host.world
        self.doings = Doings(host.dice, host.world, host.routes)
        host.chaotic_forms = True

    def begin(self) -> None:
        found(self.host)

    def live(self, end: datetime) -> None:
        while self.host.now < end:
            self._burst(end)

    def judge(self) -> list[str]:
        return []

    def _burst(self, end: datetime) -> None:
        """A team is busy for a while, then everybody is elsewhere for a few hours."""
        host, plan = self.host, self.host.plan
        gap = 24 * 60 / max(1, plan.bursts * plan.teams)
        host.live_until(min(end, host.now + timedelta(minutes=self.dice.expovariate(1 / gap))))
        found = somebody_of(self.dice, self.world.channels)
        for _ in range(self.dice.randint(3, 45)):
            if host.now >= end:
                return
            if host.faults and self.dice.random() < 0.012:
                host.life.left = self.dice.randrange(120)
            if self.dice.random() < 0.04:
                self._news()
            elif found is not None:
                channel = found[0]
                people = channel.inside()
                if not people or channel.lost:
                    break
                self._acts(self.dice.choice(people), channel)
            pause = self.dice.choice((0.2, 1, 3, 8, 20, 45, 100, 400))
            host.live_until(host.now + timedelta(seconds=pause))

    def _acts(self, somebody: Somebody, channel: Channel) -> None:
        host = self.host
        what, doing = self.doings.next(somebody, channel, f"e{next(host.ids)}", host.now)
        host.honest = self.doings.honest
        host.event(f"{somebody.name} in {channel.name} {what}", doing)
        if host.faults and self.dice.random() < 0.06:  # the platform did not hear that it arrived
            host.again.append((host.now + timedelta(seconds=self.dice.choice((0, 1, 10, 300))), doing, None, None))

    def _news(self) -> None:
        event = self.host.event
        channel = self.dice.choice(self.world.channels)
        known = self.world.people[channel.place.workspace]
        id, roll = f"n{next(self.host.ids)}", self.dice.random()
        outside = [one for one in known if one not in channel.people]
        if channel.lost:
            channel.lost = False
            news: News = self.dice.choice((PlaceFound(id=id, place=channel.place), self.host.roster(channel)))
            return event(f"{channel.name} is found", news)
        if roll < 0.3 and outside:
            new = self.dice.choice(outside)
            channel.people.append(new)
            return event(f"{new.name} joins {channel.name}", Joined(id=id, place=channel.place, person=new.profile()))
        if roll < 0.5 and len(channel.people) > 2:
            gone = self.dice.choice(channel.people)
            channel.people.remove(gone)
            return event(f"{gone.name} leaves {channel.name}", Left(id=id, place=channel.place, member=gone.member))
        if roll < 0.6:
            changed = self.dice.choice(known)
            changed.name += "'"
            changed.zone = self.dice.choice(ZONES)
            return event(f"{changed.name} is renamed", ProfileChanged(id=id, person=changed.profile()))
        if roll < 0.68:
            changed = self.dice.choice(known)
            changed.active = not changed.active
            if not changed.active:
                for one in self.world.channels:
                    if changed in one.people and len(one.people) > 2:
                        one.people.remove(changed)
            return event(f"{changed.name} active={changed.active}", ProfileChanged(id=id, person=changed.profile()))
        if roll < 0.75:
            channel.name += "-x"
            return event("is renamed", PlaceRenamed(id=id, place=channel.place, name=channel.name))
        if roll < 0.8:
            channel.lost = True
            return event(f"{channel.name} is lost", PlaceLost(id=id, place=channel.place, because="archived"))
        return event(f"reads the roster of {channel.name}", self.host.roster(channel))
