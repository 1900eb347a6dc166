"""The cards and forms around a team: set-up, hello, rhythm."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from bot.activities.teams import cards
from bot.activities.teams.model import Around, Choosing, Draft, Loudness, Planned
from bot.kernel.ids import Member, Place, SessionId, TeamId
from bot.kernel.keeping import LONGEST
from bot.kernel.people import Person, Team
from bot.pieces.metrics import Noise, Share

NOW = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
NAMES = ("lena", "tomas", "ines", "arun", "divya", "maya", "jo", "sam")
ROSTER = tuple(
    Person(Member("local", "w", name), name.capitalize(), "Europe/Berlin", owner=name == "lena") for name in NAMES
)
GUEST = Person(Member("local", "w", "gil"), "Gil", "Europe/Berlin", guest=True, takes_part=False)
TEAM = Team(TeamId("t" + "0" * 24), Place("local", "w", "bridge"), "bridge", "Europe/Berlin")
AROUND = Around(TEAM, ROSTER, SessionId("n" * 16), date(2026, 6, 18), NOW)
WITH_GUEST = replace(AROUND, roster=(*ROSTER, GUEST))
LENA, INES = ROSTER[0].member, ROSTER[2].member
DRAFT = Draft(
    helper=INES,
    lines=("Short weekly check-in, every 2 weeks", 'the survey "30, 60 and 90 days"'),
    weeks=2,
    moment="team",
)
PLANNED = (Planned("Check-in", "Every Tuesday", tuple(NOW + timedelta(days=7 * n) for n in range(20)), each=True),)
QUIET = Noise(Fraction(2), 3, Share(0, 8), Share(0, 0), 3)
LOUD = Noise(Fraction(5, 2), 5, Share(4, 20), Share(40, 100), 3)

CARDS = {
    **{f"question {n}": cards.step_card(Choosing(LENA, Draft(), n), AROUND) for n in range(1, 6)},
    **{f"question {n}, with guests": cards.step_card(Choosing(LENA, DRAFT, n), WITH_GUEST) for n in range(1, 6)},
    "done": cards.done_card(Draft(), AROUND),
    "done again": cards.done_card(Draft(), replace(AROUND, team=replace(TEAM, ready=True))),
    "done with a template": cards.done_card(DRAFT, AROUND),
    "hello": cards.hello_card(Draft(), AROUND, LENA),
    "hello with guests": cards.hello_card(DRAFT, WITH_GUEST, LENA),
    "sample": cards.sample_card(AROUND),
    "sample in the set-up": cards.sample_card(AROUND, setting_up=True),
    "stepped out": cards.stepped_card(AROUND, out=True),
    "came back": cards.stepped_card(AROUND, out=False),
    "helper": cards.helper_card(AROUND, LENA),
    "volunteer": cards.volunteer_card(AROUND),
    "found": cards.found_card("#bridge", INES),
    "templates": cards.templates_card(AROUND, [(f"t{n}", f"A template {n}", "For somebody.") for n in range(7)]),
    "quiet enough": cards.noise_card("#bridge", Loudness(QUIET, (("prompt", 24), ("reminder", 8)))),
    "too loud": cards.noise_card("#bridge", Loudness(LOUD, (("prompt", 99),), "Too many messages, say 40 %.")),
    "newcomer": cards.newcomer_card(
        "#bridge", INES, ("A story, one line each", "Three things we share", "My desk", "Me")
    ),
    "newcomer, one format": cards.newcomer_card("#bridge", INES, ("Three things we share",)),
    "frame": cards.frame_card(AROUND),
    "frame chosen": cards.frame_card(AROUND, INES, "mix"),
    "idea": cards.idea_card("#bridge", INES, "checkin pause"),
    "without tags": cards.untagged_card(AROUND, ("Handover between teams", "Our week") * 4),
    "without tags, one": cards.untagged_card(AROUND, ("Our week.",)),
    "keeping": cards.keeping_card("#bridge", LONGEST),
    "rhythm": cards.rhythm_card(TEAM, PLANNED),
    "rhythm, nothing": cards.rhythm_card(TEAM, ()),
}
FORMS = {
    f"choose {n}": cards.choice_form(Draft(), WITH_GUEST, n, [(f"kind{m}", f"A kind {m}") for m in range(15)])
    for n in (1, 2, 3, 5)
} | {"keeping": cards.keeping_form(AROUND)}
