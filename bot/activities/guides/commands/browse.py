"""Which guides fit what somebody asks for."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.activities.guides.cards import browse as cards
from bot.activities.guides.model import is_offered
from bot.kernel.activity import Context, Kept, Shown
from bot.kernel.content import BUILT, LONGEST_STRETCH, Guide, Library
from bot.kernel.decision import Refused, Whisper
from bot.kernel.ids import SessionId
from bot.kernel.words import plural
from bot.pieces.metrics import helpful, wilson_lower
from bot.pieces.scaling import lengths

GOALS = ("explore", "solve", "decide", "share")
NONE = "No guides are here. Whoever runs me can look with: moderato check. Nothing changed."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: an aim, at most so many minutes, so many people, words."""

    goal: str = ""
    minutes: int = 0
    people: int = 0
    words: tuple[str, ...] = ()


def guides_of(context: Context) -> tuple[Guide, ...]:
    """The guides that can be used here, in the order of their titles."""
    if not isinstance(context.content, Library):
        return ()
    language = context.actor.settings.language if context.actor else ""
    library = context.content.speaking(language) if language else context.content
    by_id = dict(library.guides)
    for fact in reversed(context.facts("guide")):
        own = read_own(library, fact)
        if own is not None:
            by_id[own.id] = own
    found = [guide for guide in by_id.values() if is_offered(guide, BUILT)]
    return tuple(sorted(found, key=lambda guide: guide.title.lower()))


def read_own(library: Library, fact: Kept) -> Guide | None:
    """A guide that somebody of this team wrote. One that an update of the library broke is left out."""
    if library.read_guide is None:
        return None
    item, _ = library.read_guide(str(fact.row["text"]))
    return replace(item, version=int(fact.row["version"])) if isinstance(item, Guide) else None


def find(context: Context, words: str) -> Guide | None:
    """The guide of that id or title, also when it is nearly so."""
    guides, wanted = guides_of(context), " ".join(words.lower().split()).strip("\"'“”")
    for guide in guides:
        if wanted in (guide.id, guide.title.lower()):
            return guide
    by_name = {name: guide for guide in guides for name in (guide.id, guide.title.lower())}
    near = difflib.get_close_matches(wanted.replace(" ", "-"), by_name, 1, 0.75)
    near = near or difflib.get_close_matches(wanted, by_name, 1, 0.75)
    return by_name[near[0]] if near else None


def leading(context: Context, text: str) -> tuple[Guide | None, str]:
    """The guide that *text* begins with, by id or title, and what follows it."""
    by_name = {name: guide for guide in guides_of(context) for name in (guide.id, guide.title.lower())}
    stripped = text.strip()
    for name in sorted(by_name, key=len, reverse=True):
        if re.match(rf"{re.escape(name)}(?!\S)", stripped, re.I):
            return by_name[name], stripped[len(name) :].strip()
    return None, stripped


def read(text: str) -> Wanted:
    """`solve 60`, `decide 5 people`, `learning`: aim, minutes, people, and what is left as words."""
    wanted = Wanted()
    rest = text.lower()
    for found in re.findall(r"(\d+)\s*(?:people|persons)", rest):
        wanted = Wanted(people=int(found))
    rest = re.sub(r"\d+\s*(?:people|persons)", " ", rest)
    minutes = re.search(r"(\d+)\s*(?:min|minutes|m)?\b", rest)
    length = int(minutes.group(1)) if minutes else 0
    words = re.sub(r"\d+\s*(?:min|minutes|m)?\b", " ", rest).split()
    goal = next((goal for goal in GOALS if any(word == goal or word.startswith(goal) for word in words)), "")
    kept = tuple(word for word in words if not goal or not word.startswith(goal))
    return Wanted(goal, length, wanted.people, kept)


def longest_stretch(context: Context) -> int:
    """How many minutes a session may have without a break here (P31)."""
    return context.content.longest_stretch if isinstance(context.content, Library) else LONGEST_STRETCH


def fits(guide: Guide, wanted: Wanted, longest: int) -> bool:
    if wanted.goal and guide.goal_type != wanted.goal:
        return False
    if wanted.minutes and not any(abs(length - wanted.minutes) <= 5 for length in lengths(guide, longest)):
        return False
    few, many = guide.group_size
    if wanted.people and not few <= wanted.people <= many:
        return False
    about = f"{guide.id} {guide.title} {guide.purpose} {' '.join(guide.tags)}".lower()
    return all(word in about for word in wanted.words)


def listed(context: Context, rest: str) -> Shown | Refused:
    guides = guides_of(context)
    if not guides:
        return Refused(NONE)
    named, more = leading(context, rest)
    if named is not None and not more:
        return one(context, rest)
    found = [guide for guide in guides if fits(guide, read(rest), longest_stretch(context))]
    if rest and len(found) == 1:
        return one(context, found[0].id)  # a list of one is a press for nothing
    found.sort(key=lambda guide: -(_lower(guide, context) or 0.0))
    return Shown(Whisper(cards.list_card(tuple(found), rest)))


def one(context: Context, rest: str) -> Shown | Refused:
    guide = find(context, rest)
    if guide is None:
        known = "Type guide list for all of them."
        near = _near(context, rest)
        if near:
            return Refused(f'I know no guide "{rest[:80]}". {known}', cards.near_card(rest[:80], near))
        return Refused(f'I know no guide "{rest[:80]}". {known}' if rest else f"Which guide? {known}")
    return Shown(
        Whisper(
            cards.guide_card(guide, lengths(guide, longest_stretch(context)), _figures(guide, context)), lasting=True
        )
    )


def _ratings(guide: Guide, context: Context) -> list[bool]:
    return [bool(fact.row.get("helped")) for fact in context.facts("guide_rated") if fact.row.get("guide") == guide.id]


def _lower(guide: Guide, context: Context) -> float | None:
    """The lower end of the share it helped, so that 5 of 5 does not come before 46 of 50; None below five."""
    share = helpful(_ratings(guide, context))
    return wilson_lower(share.hits, share.of) if share else None


def _figures(guide: Guide, context: Context) -> str:
    """How often it was used here, and whether it helped, once five people have said so."""
    used = sum(fact.row.get("guide") == guide.id for fact in context.facts("session"))
    share = helpful(_ratings(guide, context))
    found = [plural(used, "Used once here.", "Used {n} times here.")] if used else []
    if share:
        found.append(f"It helped {share.hits} of {share.of} who said so.")
    return " ".join(found)


def _near(context: Context, words: str) -> tuple[Guide, ...]:
    """Up to three guides with a word in their names that is nearly one of these."""
    found = []
    for guide in guides_of(context):
        names = re.findall(r"[a-z0-9]+", f"{guide.id} {guide.title}".lower())
        if any(difflib.get_close_matches(word, names, 1, 0.8) for word in words.lower().split() if len(word) > 3):
            found.append(guide)
    return tuple(found[:3])


def planned(context: Context) -> Shown | Refused:
    """What is planned here, the next one first."""
    if context.team is None:
        return Refused("Which team's sessions? Type it in that team's channel; I answer you alone. Nothing changed.")
    rows = sorted((fact.row for fact in context.facts("session_planned")), key=lambda row: str(row["at"]))
    titles = {guide.id: guide.title for guide in guides_of(context)}
    found = tuple(
        (
            SessionId(str(row["id"])),
            str(row["title"]),
            titles.get(str(row["guide"]), str(row["title"])),  # of a guide that was taken away only the topic is left
            datetime.fromisoformat(str(row["at"])),
        )
        for row in rows
    )
    return Shown(Whisper(cards.planned_list(found), lasting=True))


def suggested(context: Context, rest: str) -> Shown | Refused:
    """Guides that fit, those not used here lately first."""
    guides = guides_of(context)
    if not guides:
        return Refused(NONE)
    wanted = read(rest)
    found = [guide for guide in guides if guide.mode == "live" and fits(guide, wanted, longest_stretch(context))]
    used = [str(fact.row.get("guide", "")) for fact in context.facts("session")]
    found.sort(key=lambda guide: (used.index(guide.id) if guide.id in used else -1, guide.id != "learning-hour"))
    found.sort(key=lambda guide: -(_lower(guide, context) or 0.0))
    found.sort(key=lambda guide: used.count(guide.id))
    if wanted.minutes:  # as it stands rather than scaled
        found.sort(key=lambda guide: abs(guide.total_minutes - wanted.minutes) > 5)
    if not found:
        return Shown(Whisper(cards.list_card((), rest)))
    titles = {guide.id: guide.title for guide in guides}
    known = [titles[id] for id in used if id in titles]  # one that was taken away has no title any more
    last = f"Last time here: {known[0]}." if known else "None of them has been used here yet."
    return Shown(Whisper(cards.suggest_card(tuple(found[:3]), last)))
