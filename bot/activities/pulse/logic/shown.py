"""A wave whose results stand: looked at, followed by something, never changed."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.activities.pulse import cards
from bot.activities.pulse.events import (
    DetailAsked,
    Event,
    FilesAsked,
    FollowAsked,
    Followed,
    FormAsked,
    KeepAsked,
    KeepRaw,
    OwedCame,
    RawEnded,
    SecondStarted,
    TakenBack,
    WentAway,
)
from bot.activities.pulse.logic.counting import NOT_FOUND, fact_of, note_to_owners, private_results
from bot.activities.pulse.model import (
    Setting,
    Shown,
    Wave,
    without,
)
from bot.activities.pulse.model.facts import NAMED, RAW, RESULT
from bot.kernel.decision import Decision, Refused, Show, Whisper, say
from bot.kernel.effects import (
    CancelTimer,
    Effect,
    Forget,
    Keep,
    Post,
    Revise,
    SetTimer,
    Tell,
)
from bot.kernel.ids import Member
from bot.kernel.words import who
from bot.pieces.filing import copied, keeps


def decide(state: Shown, event: Event) -> Decision[Wave] | Refused:
    setting = state.setting
    match event:
        case DetailAsked(by=by, leads=leads) | FilesAsked(by=by, leads=leads) if not _reads(setting, by, leads=leads):
            return Refused(f"These results are for {cards.readers(setting)} alone. Nothing was shown.")
        case DetailAsked():
            return Decision(state, reply=Whisper(cards.detail_card(state)))
        case FilesAsked(by=by):
            return Decision(
                state, (Post("files", by, cards.files_card(state), "asked"),), say("The files come to you directly.")
            )
        case KeepAsked(by=by):
            text = cards.archived(state) if setting.readers == "team" else ""
            if not text:
                return Refused("Only what the whole team was shown can be kept. Nothing changed.")
            return Decision(state, copied(setting.id, "survey", setting.title, text, by), say(keeps(setting.label)))
        case FollowAsked():
            if state.follows or state.respond_by is None:
                return Refused("It is written already. It stands under the results.")
            return Decision(state, reply=Show(cards.follow_form(setting)))
        case Followed(by=by, text=text):
            return _followed(state, by, text)
        case OwedCame() if not state.follows:
            return Decision(state, note_to_owners(setting, "owed", cards.owed_card(setting)))
        case KeepRaw(keep=keep):
            return Decision(state, (SetTimer("raw", state.closed + keep),))
        case RawEnded(named=keys):
            return Decision(state, (*(Forget(kind) for kind in RAW), *(Forget(NAMED, key) for key in keys)))
        case WentAway(member=member, forgotten=forgotten):
            after = replace(state, setting=without(setting, member))
            if forgotten and setting.mode == "named":
                return Decision(after, (Revise("result", cards.named_card(setting, ())),))
            return Decision(after)
        case TakenBack() if setting.linked:
            return Refused(
                "The answers are counted and the link is destroyed, so nobody can find yours. Nothing changed."
            )
        case TakenBack():
            return Refused(NOT_FOUND)
        case FormAsked() | SecondStarted():
            return Refused("This survey has closed. Nothing changed.")
        case _:
            return Decision(state)


def _followed(state: Shown, by: Member, text: str) -> Decision[Wave] | Refused:
    if state.follows or state.respond_by is None:
        return Refused("It is written already. It stands under the results.")
    setting = state.setting
    said = f"{text} {who(by)}"
    after = replace(state, follows=said)
    fact = fact_of(after, json.loads(state.row)) | {"follows": text}
    where = ["result"] if setting.readers == "team" else [name for name, _ in private_results(setting)]
    effects: list[Effect] = [Revise(name, cards.results_card(after)) for name in where]
    effects += [Keep(RESULT, setting.id, fact), CancelTimer("owed")]
    if setting.schedule:
        effects.append(Tell("pulse", "followed", {}, setting.schedule))
    return Decision(after, tuple(effects), say(f"It stands under the results. {cards.readers(setting)} can read it."))


def _reads(setting: Setting, by: Member, *, leads: bool) -> bool:
    """Whether these results are for this person."""
    match setting.readers:
        case "team":
            return True
        case "owner":
            return leads or by in setting.owners
        case _:
            return by == setting.starter
