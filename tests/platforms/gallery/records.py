"""The cards of the record: recaps, actions, decisions, the archive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.activities.records.cards import archive, saving, sofar
from bot.activities.records.cards import archivist as archivist_cards
from bot.activities.records.cards import record as cards
from bot.activities.records.model import (
    Action,
    Content,
    Decided,
    FiledRecap,
    Home,
    Noted,
    OpenRecap,
    Settled,
    Todo,
    Wanted,
)
from bot.kernel.ids import Member, Place, SessionId

NOW = datetime(2026, 3, 26, 15, 0, tzinfo=UTC)
TEAM = tuple(Member("local", "w", name) for name in ("ines", "sam", "maya", "tomas", "arun", "divya"))
PEOPLE = tuple((member.key(), member.user.capitalize()) for member in TEAM)
HOME = Home(Place("local", "w", "bridge"), "#bridge", "Europe/Berlin", TEAM[:1])
ID = SessionId("s" * 24 + ".t" + "1" * 12)
SETTLED = Settled("one checklist for four weeks", "cheapest thing to try", "one more list", "consent", "2026-04-16")
CONTENT = Content(
    topic="Handover between teams",
    title="Learning hour",
    minutes=65,
    people=6,
    ended=NOW,
    keeper=TEAM[2],
    points=("Context gets lost on Fridays", "The list is in three places", "One owner per ticket helps"),
    decisions=(SETTLED,),
    actions=(
        Todo(ID, "checklist draft", TEAM[5], "2026-04-02", taken=True),
        Todo(ID, "ask IT about access", None, ""),
        Todo(ID, "tell the others", TEAM[1], "2026-04-02"),
    ),
    parked=("who was on call",),
    notes=(Noted("The import ran on the first try.", TEAM[0], "Guided discussion"),),
    ideas=(("Silent notes", ("The list", "The meeting")),),
    question="What do we do on Fridays?",
)
STORY = sofar.Story(
    recaps=(("Handover between teams", NOW, "Key points: Context gets lost on Fridays."), ("Our week", None, "To do.")),
    decisions=("One checklist for four weeks",),
    open=tuple(f"Thing {n}, free to take." for n in range(7)),
    parked=("who was on call",),
    people=(6, 7, 5),
    answers=((5, 7), (6, 7)),
    pulse="Safe to speak. What followed: we start each review with one thing that went wrong.",
    carried="What do we do on Fridays?",
    lines=(("They like to write first", TEAM[1], NOW),),
)
RECAP = OpenRecap(ID, HOME, CONTENT, NOW + timedelta(days=1))
BARE = replace(
    RECAP, content=replace(CONTENT, tags=(), points=(), decisions=(), actions=(), notes=(), question="", parked=())
)
TASK = Action(ID, HOME, "checklist draft", NOW, TEAM[0], holder=TEAM[5], due="2026-04-02")
TAKEN = replace(TASK, taken=True)
DECIDED = Decided(ID, HOME, SETTLED, TEAM[0], NOW)
RECORD = archive.Entry("r", "recap", "Handover between teams", NOW, "Key points: context gets lost on Fridays.")
LINKED = archive.Entry("l", "resource", "A guide", NOW, "It helps.", "https://example.org/guide")
SAID = archive.Entry("c", "checkin", "What went better?", NOW, "The import ran on the first try.", by=TEAM[0])
FOUND = (
    RECORD,
    archive.Entry("d", "decision", "one checklist for four weeks", NOW, "Decided by consent: one checklist."),
    SAID,
)
WANTED = Wanted(ID, HOME, "The open questions stand on top.", TEAM[0], TEAM[1])

CARDS = {
    "recap": cards.recap_card(RECAP),
    "recap, to be agreed": cards.recap_card(replace(RECAP, ask=True)),
    "draft for the archivist": archivist_cards.draft_card(RECAP),
    "draft for the archivist, bare": archivist_cards.draft_card(BARE),
    "published": archivist_cards.filed_card(CONTENT, found=True, by_time=False),
    "filed by time": archivist_cards.filed_card(CONTENT, found=True, by_time=True),
    "not published": archivist_cards.filed_card(CONTENT, found=False, by_time=True),
    "recap, filed": cards.recap_card(FiledRecap(ID, HOME, CONTENT)),
    "recap, empty": cards.recap_card(
        replace(
            RECAP,
            content=replace(CONTENT, points=(), decisions=(), actions=(), parked=(), notes=(), ideas=(), question=""),
        )
    ),
    "action": cards.action_card(TASK),
    "action, free": cards.action_card(replace(TASK, holder=None)),
    "action, taken": cards.action_card(TAKEN),
    "action, closed": cards.closed_card(TAKEN, "done"),
    "due": cards.due_card(TAKEN),
    "offered": cards.offered_card(TAKEN),
    "answered": cards.answered_card(TAKEN, "Done."),
    "actions": cards.actions_card(CONTENT.actions[:1], CONTENT.actions[1:]),
    "no actions": cards.actions_card((), ()),
    "decision": cards.decision_card(DECIDED),
    "still right": cards.review_card(DECIDED),
    "reviewed": cards.reviewed_card(DECIDED, "Still right."),
    "found": archive.found_card("handover", FOUND, 7),
    "found nothing": archive.found_card("quantum", (), 0),
    "nothing filed": archive.found_card("", (), 0),
    "one of the archive": archive.entry_card(RECORD, may_take_out=True),
    "one of the archive, a link": archive.entry_card(LINKED, chosen=1),
    "one of the archive, somebody's": archive.entry_card(SAID, chosen=3, mine=True, may_take_out=True),
    "best of the quarter": archive.best_card("January to March", FOUND, (3, 2, 1), "2025-4"),
    "best of the quarter, none": archive.best_card("January to March", (), (), ""),
    "chosen": archive.chosen_card("Handover between teams", on=True),
    "chosen no more": archive.chosen_card("Handover between teams", on=False),
    "consent": saving.consent_card(WANTED),
    "consent, nobody known": saving.consent_card(replace(WANTED, asker=None, text="long " * 600)),
    "consent given": saving.answered_card(WANTED, kept=True),
    "consent not given": saving.answered_card(WANTED, kept=False),
    "take out": archive.take_out_card(RECORD),
    "export": archive.export_card("#bridge", 7, "# Archive", "{}"),
    "export, with a canvas": archive.export_card("#bridge", 7, "# Archive", "{}", page=True),
    "canvas": archive.paged_card("#bridge", "https://acme.slack.com/docs/T1/F1"),
    "no canvas": archive.not_paged_card("This workspace has canvases switched off."),
    "parked": cards.parked_card((("a", "Who owns the wiki?"), ("b", "Fridays"))),
    "story so far": sofar.story_card("#bridge", STORY),
    "story so far, nothing": sofar.story_card("#bridge", sofar.Story()),
    "nothing parked": cards.parked_card(()),
}
FORMS = {
    "note": cards.note_form(HOME),
    "tags": archivist_cards.untagged_form(ID, ((str(ID), "Our week"), (f"{ID}2", "A long title " * 8))),
    "a line for the next host": sofar.line_form("#bridge"),
    "title and tags": archivist_cards.retitle_form(RECAP),
    "correct": cards.correct_form(RECAP),
    "add": cards.add_form(RECAP),
    "move": cards.move_form(TAKEN),
    "move again": cards.move_form(replace(TAKEN, moves=(("2026-03-30", ""),))),
    "hand over": cards.hand_form(TAKEN, PEOPLE),
    "action": cards.action_form("tidy the wiki", PEOPLE, "", ""),
    "decision": cards.decision_form("one checklist", HOME),
}
