"""How words, presses and forms become choices of a person about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.activities.people import cards
from bot.activities.people.model import FOREVER, KINDS, MOST_UNIT, Chosen, DataAsked, DeletionConfirmed, Held, PurgeDue
from bot.kernel.activity import Aimed, Command, Context, Dossier, Facts, Level, Need, Shown
from bot.kernel.calendar import local_date, why_not_zone
from bot.kernel.cards import Card, Option
from bot.kernel.content import Library
from bot.kernel.decision import Correct, Refused, Show, Whisper
from bot.kernel.hours import Hours, why_not_hours
from bot.kernel.ids import NO_SESSION, Member
from bot.kernel.inbound import ButtonPressed, CommandIssued, FormSubmitted, Inbound, Told
from bot.kernel.keeping import RETENTION, Keeping
from bot.kernel.people import Absence, Person, Settings
from bot.pieces.dates import Unclear, read_on
from bot.pieces.holidays import why_not_place

ALLOW = {
    "me": Level.ANYONE,
    "settings": Level.ANYONE,
    "hours": Level.ANYONE,
    "hours_saved": Level.ANYONE,
    "unit": Level.ANYONE,
    "unit_saved": Level.ANYONE,
    "away": Level.ANYONE,
    "away_form": Level.ANYONE,
    "away_saved": Level.ANYONE,
    "back": Level.ANYONE,
    "quiet": Level.ANYONE,
    "fewer": Level.ANYONE,
    "fewer_saved": Level.ANYONE,
    "stop": Level.ANYONE,
    "start_again": Level.ANYONE,
    "mine": Level.ANYONE,
    "data": Level.ANYONE,
    "delete": Level.ANYONE,
    "delete_confirmed": Level.ANYONE,
    "told:purge": Level.CLOCK,
}
NEEDS: Mapping[str, tuple[Need, ...]] = {
    "quiet": (Facts("sent", of="member"), Facts("held", of="member")),
    "data": (Dossier(),),
    "mine": (Facts(RETENTION, most=1),),
}
COMMANDS = (
    Command("me", "me", "Your settings: hours, days, zone, messages, data", menu=10),
    Command("me hours", "hours", "The hours and days in which I may write to you", aliases=("hours", "me days")),
    Command("me unit", "unit", "Where you work: small groups are mixed across units", "[your word for it]"),
    Command("me data", "data", "All I keep about you, as a file"),
    Command("me delete", "delete", "Delete all I keep about you"),
    Command("away", "away", "No questions while you are away", "[until a day]", aliases=("me away",)),
    Command("back", "back", "You are back before you said", aliases=("away end", "i'm back")),
    Command("quiet", "quiet", "What I may send you, what I sent, what I held back and why"),
)

TOO_LONG = f"A few words, up to {MOST_UNIT} characters."


def aim(inbound: Inbound, context: Context) -> Aimed | Refused | Shown:
    if isinstance(inbound, Told):
        return Aimed(NO_SESSION, PurgeDue(Member.from_key(inbound.payload["member"])))
    person = context.actor
    if person is None:
        return Refused("I could not tell who you are. Nothing changed.")
    today = local_date(context.now, person.zone)
    match inbound:
        case FormSubmitted():
            return _submitted(inbound, person, today, context)
        case CommandIssued(verb="away", rest=rest) if rest:
            return _away_typed(rest, person, today)
        case CommandIssued(verb="unit", rest=rest) if rest:
            return _unit(rest, person, today) or Refused(f"{TOO_LONG} Nothing changed.")
        case CommandIssued() | ButtonPressed():
            return _asked(inbound.verb, person, today, context)
        case _:
            return Refused("This card is from before.")


def _asked(verb: str, person: Person, today: date, context: Context) -> Aimed | Refused | Shown:
    chosen = person.settings
    match verb:
        case "me":
            return Shown(Whisper(cards.me_card(person, today)))
        case "settings":
            return Shown(Whisper(cards.change_or_stop_card(person)))
        case "hours":
            return Shown(Show(cards.hours_form(person, _languages(context))))
        case "unit":
            return Shown(Show(cards.unit_form(chosen)))
        case "away" | "away_form":
            return Shown(Show(cards.away_form(today)))
        case "back":
            left = tuple(one for one in chosen.absences if not one.covers(today))
            left = tuple(one for one in left if one.last >= today)
            return _chosen(person, replace(chosen, absences=left), cards.back_card(person))
        case "quiet":
            return Shown(Whisper(cards.quiet_card(person, _sent_this_week(context, today), _held(context))))
        case "fewer":
            return Shown(Show(cards.fewer_form(chosen, _categories(context))))
        case "stop":
            return _chosen(person, replace(chosen, stopped=True), cards.stopped_card())
        case "start_again":
            again = replace(chosen, stopped=False)
            return _chosen(person, again, cards.started_card(again))
        case "mine":
            chosen_here = next((fact.row for fact in context.facts(RETENTION)), None)
            label = context.team.label if context.team else ""
            return Shown(Whisper(cards.mine_card(label, Keeping.from_row(chosen_here))))
        case "data":
            return Aimed(context.new_session, DataAsked(person.member, context.dossier))
        case "delete":
            return Shown(Whisper(cards.delete_card()))
        case "delete_confirmed":
            return Aimed(NO_SESSION, DeletionConfirmed(person.member))
        case _:
            return Refused("This card is from before.")


def _submitted(form: FormSubmitted, person: Person, today: date, context: Context) -> Aimed | Refused | Shown:
    match form.verb:
        case "hours_saved":
            return _hours_saved(form, person, today, context)
        case "unit_saved":
            return _unit(form.text("unit"), person, today) or Shown(Correct({"unit": TOO_LONG}))
        case "away_saved":
            return _away_saved(form, person, today)
        case "fewer_saved":
            known = {option.value for option in _categories(context)}
            wanted = (*form.ticked("muted"), *form.ticked("categories"))
            settings = replace(
                person.settings,
                weekly=_number(form.text("weekly"), 1, 5, person.settings.weekly),
                daily=_number(form.text("daily"), 1, 3, person.settings.daily),
                muted=tuple(one for one in wanted if one in KINDS or one in known),
            )
            changed = replace(person, settings=settings)
            sent = _sent_this_week(context, today)
            return _chosen(person, settings, cards.quiet_card(changed, sent, ()))
        case _:
            return Refused("This card is from before.")


def _hours_saved(form: FormSubmitted, person: Person, today: date, context: Context) -> Aimed | Shown:
    errors = {}
    starts, ends = _time(form.text("starts")), _time(form.text("ends"))
    days = tuple(sorted({int(day) for day in form.ticked("days") if day.isdigit() and int(day) < 7}))
    zone, holidays = form.text("zone") or person.zone, form.text("holidays").upper()
    if starts is None:
        errors["starts"] = f'"{form.text("starts")}" is not a time of day. Write it like 09:00.'
    if ends is None:
        errors["ends"] = f'"{form.text("ends")}" is not a time of day. Write it like 17:00.'
    wrong_zone = why_not_zone(zone)
    if wrong_zone:
        errors["zone"] = wrong_zone
    country, _, region = holidays.partition("-")
    wrong_place = why_not_place(country, region) if holidays else None
    if wrong_place:
        errors["holidays"] = wrong_place
    if not errors and starts is not None and ends is not None:
        wrong_hours = why_not_hours(Hours(zone, days, starts, ends))
        if wrong_hours:
            errors["days" if not days else "ends"] = wrong_hours
    if errors or starts is None or ends is None:
        return Shown(Correct(errors))
    settings = replace(
        person.settings,
        days=days,
        starts=starts,
        ends=ends,
        zone=zone if zone != person.zone or not person.zone_known else person.settings.zone,
        holidays=holidays,
        in_channel=form.text("where") == "channel",
        language=form.text("language") if form.text("language") in _languages(context) else person.settings.language,
    )
    return _chosen(person, settings, cards.saved_card(replace(person, settings=settings, zone=zone), today))


def _unit(text: str, person: Person, today: date) -> Aimed | None:
    """The word they use for where they work; None: it is too long for one."""
    unit = " ".join(text.split()).strip("\"'“”")
    if len(unit) > MOST_UNIT:
        return None
    settings = replace(person.settings, unit=unit)
    return _chosen(person, settings, cards.saved_card(replace(person, settings=settings), today))


def _away_saved(form: FormSubmitted, person: Person, today: date) -> Aimed | Shown:
    first, last = _day(form.text("first")), _day(form.text("last"))
    weekdays = tuple(sorted({int(day) for day in form.ticked("weekdays") if day.isdigit() and int(day) < 7}))
    if first is None:
        return Shown(Correct({"first": "Choose the first day."}))
    if last is None and not weekdays:
        return Shown(Correct({"last": "Choose the last day you are away."}))
    if last is not None and last < max(first, today):
        return Shown(Correct({"last": "The last day lies before the first, or has passed. Choose a later one."}))
    return _away(Absence(first, last or FOREVER, weekdays), person, today)


def _away_typed(rest: str, person: Person, today: date) -> Aimed | Refused | Shown:
    read = read_on(rest, today)
    if isinstance(read, Unclear):
        return Refused(f"{read.because} Nothing changed.")
    return _away(Absence(read.first, read.last, read.weekdays), person, today)


def _away(absence: Absence, person: Person, today: date) -> Aimed:
    """A new absence takes the place of those it touches; the past is forgotten."""
    kept = tuple(
        one
        for one in person.settings.absences
        if one.last >= today
        and not (one.weekdays == absence.weekdays and one.first <= absence.last and absence.first <= one.last)
    )
    settings = replace(person.settings, absences=(*kept, absence))
    return _chosen(person, settings, cards.away_card(absence, replace(person, settings=settings)))


def _chosen(person: Person, settings: Settings, said: Card) -> Aimed:
    return Aimed(NO_SESSION, Chosen(person.member, settings, said))


def _sent_this_week(context: Context, today: date) -> int:
    monday = (today - timedelta(days=today.weekday())).isoformat()
    return len({fact.row["bundle"] for fact in context.facts("sent") if fact.row["day"] >= monday})


def _held(context: Context) -> tuple[Held, ...]:
    found = []
    for fact in context.facts("held"):
        row = fact.row
        until = datetime.fromisoformat(row["until"]) if row["until"] else None
        if (until is None or until > context.now) and fact.at and fact.at > context.now - timedelta(days=7):
            found.append(Held(row["title"], row["team"], row["because"], until))
    return tuple(found)


def _categories(context: Context) -> tuple[Option, ...]:
    library = context.content
    if not isinstance(library, Library):
        return ()
    return tuple(Option(one.id, one.title) for one in library.checkins.values())


def _languages(context: Context) -> tuple[str, ...]:
    """The languages that questions are there in: the original's first, then translations; one is no choice."""
    library = context.content
    if not isinstance(library, Library) or not library.languages:
        return ()
    return "en", *sorted(library.languages)


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str, low: int, high: int, otherwise: int) -> int:
    return min(max(int(text), low), high) if text.isdigit() else otherwise
