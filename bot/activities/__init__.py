"""The kinds of facilitation. To add one, add its folder and its line here."""

from bot.activities import home, rounds

ACTIVITIES = (home.ACTIVITY, rounds.ACTIVITY)
