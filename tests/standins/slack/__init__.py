"""A strict stand-in for Slack: the real SDK talks to it over HTTP and WebSocket on 127.0.0.1.

    async with SlackStandIn(manifest, clock) as slack:
        work = slack.workspace("Acme")
        lena = slack.user(work, "lena", tz="Europe/Berlin")
        bridge = slack.channel(work, "bridge", [lena])
        bot = slack.installed(work, by=lena)          # bot.token, slack.app_token, slack.api_url
        await slack.join(bot.bot, bridge)
        await slack.slash(lena, bridge, "/moderato round")
        card = await slack.sees(lena, bridge, "Who is here")
        await slack.press(lena, card, "I'm in")

`limits` says what Block Kit takes, `api`, `chat`, `directory` and `views` are the Web API, `rates` and
`faults` how often and how badly it answers, `wire` how Slack reaches the app, `payloads` what it sends,
`sight` what a person sees, `stage` puts them together. What Slack lets pass although it loses something
is listed in `complaints`: a good test ends with none.
"""

from tests.standins.slack.clock import HeldClock
from tests.standins.slack.faults import Cut, Held, Limited, Says, Status
from tests.standins.slack.model import Channel, SlackRefusedError, User, Workspace
from tests.standins.slack.sight import Seen, Shown
from tests.standins.slack.stage import SlackStandIn
from tests.standins.slack.wire import Answer, Delivery

__all__ = [
    "Answer",
    "Channel",
    "Cut",
    "Delivery",
    "Held",
    "HeldClock",
    "Limited",
    "Says",
    "Seen",
    "Shown",
    "SlackRefusedError",
    "SlackStandIn",
    "Status",
    "User",
    "Workspace",
]
