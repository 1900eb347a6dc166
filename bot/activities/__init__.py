"""The kinds of facilitation. To add one, add its folder and its line here."""

from bot.activities import checkins, guides, home, people, records, roles, rounds, teams

ACTIVITIES = (
    checkins.ACTIVITY,
    guides.ACTIVITY,
    home.ACTIVITY,
    people.ACTIVITY,
    records.ACTIVITY,
    roles.ACTIVITY,
    rounds.ACTIVITY,
    teams.ACTIVITY,
)
