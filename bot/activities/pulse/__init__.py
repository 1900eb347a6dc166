"""Pulse surveys: anonymous, linked or named, in waves, with results that are shown once and followed by something."""

from bot.activities.pulse.commands import ALLOW, COMMANDS, NEEDS, aim
from bot.activities.pulse.logic import decide
from bot.activities.pulse.model import Finished, Over, State, Stopped
from bot.activities.pulse.model.programmes import Measured
from bot.kernel.activity import Activity

ACTIVITY = Activity(
    name="pulse",
    state_type=State,
    allow=ALLOW,
    aim=aim,
    decide=decide,
    needs=NEEDS,
    commands=COMMANDS,
    finished=(Finished, Over, Stopped, Measured),
    timeless=True,
)
