"""The kinds of facilitation. To add one, add its folder and its line here."""

from bot.activities import guides, home, people, roles, rounds

ACTIVITIES = (home.ACTIVITY, people.ACTIVITY, roles.ACTIVITY, rounds.ACTIVITY, guides.ACTIVITY)
