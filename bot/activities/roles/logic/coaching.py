"""The coach's Monday: one direct message about what has been lying for a while, and none if nothing has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.activities.roles.cards import handing
from bot.activities.roles.model import Rota, Scene
from bot.kernel.calendar import at_wall, local_date
from bot.kernel.effects import Effect, Post

AT = time(9)  # on Mondays, where the team is; the message itself keeps to the coach's hours
WORTH = timedelta(days=4)
COACH = "coach"


def coached(rota: Rota, scene: Scene, now: datetime) -> tuple[Rota, list[Effect]]:
    """Once a week, as its timer fires; whoever was named just now hears next Monday."""
    coach = dict(rota.fixed).get(COACH)
    if coach is None:
        return (replace(rota, coached=""), []) if rota.coached else (rota, [])
    week = _monday(scene, now).isoformat()
    if not rota.coached:
        return replace(rota, coached=week), []
    if rota.coached == week or scene.lying is None:
        return rota, []
    told = replace(rota, coached=week)
    if not scene.lying:
        return told, []
    why = f"You coach {scene.team.label}."
    card = handing.coach_card(scene.team.label, scene.lying)
    return told, [Post(f"coach.{week}", coach, card, "report", why=why, until=now + WORTH)]


def next_week(rota: Rota, scene: Scene, now: datetime) -> datetime | None:
    """When the coach's timer is due; None without a coach."""
    if not any(role == COACH for role, _ in rota.fixed):
        return None
    return at_wall(_monday(scene, now) + timedelta(days=7), AT, scene.team.zone)


def _monday(scene: Scene, now: datetime) -> date:
    """The Monday whose message is the newest that can have gone."""
    today = local_date(now, scene.team.zone)
    monday = today - timedelta(days=today.weekday())
    return monday if at_wall(monday, AT, scene.team.zone) <= now else monday - timedelta(days=7)
