"""The kinds of facilitation. To add one, add its folder and its line here."""

from bot.activities import (
    ballots,
    books,
    cases,
    checkins,
    guides,
    home,
    people,
    products,
    projects,
    pulse,
    records,
    resources,
    roles,
    rounds,
    teams,
    topics,
)

ACTIVITIES = (
    ballots.ACTIVITY,
    books.ACTIVITY,
    cases.ACTIVITY,
    checkins.ACTIVITY,
    guides.ACTIVITY,
    home.ACTIVITY,
    people.ACTIVITY,
    products.ACTIVITY,
    projects.ACTIVITY,
    pulse.ACTIVITY,
    records.ACTIVITY,
    resources.ACTIVITY,
    roles.ACTIVITY,
    rounds.ACTIVITY,
    teams.ACTIVITY,
    topics.ACTIVITY,
)
