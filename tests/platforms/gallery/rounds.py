"""The cards of a live round."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.activities.rounds import cards
from bot.activities.rounds.model import Closed, Gathering, Paused, Planned, Running, Setting
from bot.kernel.ids import Member, Place, SessionId
from bot.pieces.turns import Turns

NOW = datetime(2026, 3, 25, 8, 30, tzinfo=UTC)
TEAM = tuple(Member("local", "w", name) for name in ("divya", "sam", "maya", "tomas", "arun", "jo"))
SETTING = Setting(
    id=SessionId("r" * 16),
    place=Place("local", "w", "bridge"),
    team_label="#bridge",
    zone="Europe/Berlin",
    topic="Win or challenge",
    seconds=60,
    host=TEAM[3],
    timekeeper=None,
    owners=TEAM[:1],
    expected=TEAM,
    last_starter=None,
    seed=1,
    planned=True,
)
RUN = Running(SETTING, Turns(TEAM[:5]), NOW, NOW + timedelta(seconds=60), NOW)
LAST = replace(RUN, turns=Turns(TEAM[:1], heard=TEAM[1:5]))
BACK = replace(RUN, turns=Turns(TEAM[2:3], heard=TEAM[3:5], came_back=TEAM[2:3]))
CLOSED = Closed(SETTING, TEAM[:5], TEAM[:4], 10, NOW + timedelta(hours=26), NOW, TEAM[5:])

CARDS = {
    "planned": cards.planned_card(Planned(SETTING, NOW)),
    "who is here": cards.gathering_card(Gathering(SETTING, NOW)),
    "some are here": cards.gathering_card(Gathering(SETTING, NOW, TEAM[:3])),
    "not started": cards.not_started_card("It takes two people or more."),
    "turn": cards.turn_card(RUN),
    "turn over": cards.turn_card(replace(RUN, over=True)),
    "turn over, extended": cards.turn_card(replace(RUN, over=True, extended=True)),
    "last turn": cards.turn_card(LAST),
    "back to you": cards.turn_card(BACK),
    "ninety seconds": cards.turn_card(replace(RUN, setting=replace(SETTING, seconds=90))),
    "call": cards.call_line(RUN),
    "cue": cards.over_cue(RUN),
    "more": cards.more_card(RUN, steers=False),
    "more for the host": cards.more_card(RUN, steers=True),
    "more while paused": cards.more_card(Paused(RUN, NOW), steers=True),
    "paused": cards.paused_card(Paused(RUN, NOW)),
    "paused after an outage": cards.paused_card(Paused(RUN, NOW, timedelta(minutes=42))),
    "back": cards.back_line(RUN, timedelta(seconds=70)),
    "over": cards.over_card(),
    "result": cards.result_card(CLOSED),
    "result, filed": cards.result_card(replace(CLOSED, added=TEAM[5:]), open_=False),
    "absent": cards.absent_card(CLOSED),
    "absent, wrote": cards.absent_answered(wrote=True, label="#bridge"),
    "absent, no thanks": cards.absent_answered(wrote=False, label="#bridge"),
    "absent, filed": cards.absent_over(),
    "written": cards.written_line(TEAM[0], "We closed the oldest ticket."),
    "stale": cards.stale_card(CLOSED),
}
FORMS = {"write": cards.write_form(SETTING, "written")}
