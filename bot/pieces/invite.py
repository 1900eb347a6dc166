"""A calendar file for something that takes place, so that people have it where they keep their day."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar, Event


def invite(*, uid: str, title: str, starts: datetime, ends: datetime, about: str = "", link: str = "") -> str:
    """The text of an .ics file. *starts* and *ends* (aware) are written in UTC, so every calendar shows its own zone.

    The same *uid* replaces what was imported before. The stamp is the start, so that the same session always
    gives the same text.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Moderato//EN")
    calendar.add("version", "2.0")
    event = Event()
    event.add("uid", f"{uid}@moderato")
    event.add("dtstamp", starts.astimezone(UTC))
    event.add("dtstart", starts.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", title)
    if about:
        event.add("description", about)
    if link:
        event.add("url", link)
        event.add("location", link)
    calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text
