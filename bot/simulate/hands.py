"""What a simulated person does on purpose: press a button by its name, fill in a form, type a command."""

from __future__ import annotations

from bot.kernel.cards import (
    Action,
    Card,
    DateField,
    Form,
    Note,
    NumberField,
    PickField,
    TextField,
    TickField,
    TimeField,
)
from bot.kernel.decision import Reply, Show, Whisper
from bot.kernel.ids import Member, Place
from bot.kernel.inbound import ButtonPressed, CommandTyped, FormSubmitted, Value
from bot.simulate.host import Host, Then
from bot.simulate.world import Message, Somebody, doors


class Hands:
    """Everybody's hands. *then* is given the answer, once the bot has given one."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def types(self, who: Somebody, place: Place, text: str, then: Then | None = None, *others: Somebody) -> None:
        mentions: dict[str, Member] = {f"@{one.name}": one.member for one in others}
        typed = CommandTyped(id=self._id(), actor=who.member, place=place, text=text, mentions=mentions)
        self.host.does(who, f"types {text[:60]!r}", typed, then)

    def presses(
        self,
        who: Somebody,
        on: Message | Card,
        verb: str,
        then: Then | None = None,
        *,
        session: str = "",
        argument: str | None = None,
        choice: str = "",
    ) -> bool:
        """Press the button of that verb (of that session) on a message or on an answer; False if there is none."""
        card = on.card if isinstance(on, Message) else on
        action = find(card, verb, session, argument)
        if action is None or (isinstance(on, Message) and on.gone):
            return False
        if isinstance(on, Message):
            place = Place(who.member.platform, on.workspace, on.channel, on.thread or None, direct=bool(on.user))
        else:
            place = self.direct(who)
        self.taps(who, place, action, then, message=on.id if isinstance(on, Message) else "", choice=choice)
        return True

    def taps(
        self,
        who: Somebody,
        place: Place,
        action: Action,
        then: Then | None = None,
        *,
        message: str = "",
        choice: str = "",
    ) -> ButtonPressed:
        """Press what stands, or stood a moment ago, on a message."""
        press = ButtonPressed(
            id=self._id(), actor=who.member, place=place, action=action, message=message, choice=choice
        )
        self.host.does(who, f"presses {action.activity}.{action.verb} {choice}".rstrip(), press, then)
        return press

    def submits(self, who: Somebody, form: Form, place: Place, then: Then | None = None, **values: Value) -> None:
        """Send a form: what is prefilled stays, *values* take its place, what must be filled in is."""
        filled = {
            field.name: value for field in form.fields if not isinstance(field, Note) for value in [_usual(field)]
        }
        known = {name: value for name, value in values.items() if name in filled}
        submitted = FormSubmitted(
            id=self._id(), actor=who.member, place=place, action=form.action, values={**filled, **known}
        )
        self.host.does(who, f"submits {form.title!r} {values}"[:100], submitted, then)

    def direct(self, who: Somebody) -> Place:
        """This person's direct conversation with the bot."""
        return Place(who.member.platform, who.member.workspace, f"D{who.member.user}", direct=True)

    def _id(self) -> str:
        return f"e{next(self.host.ids)}"


def find(card: Card, verb: str, session: str = "", argument: str | None = None) -> Action | None:
    """The action behind the first button of that verb."""
    for _, action, _ in doors(card):
        if action.verb == verb and session in ("", action.session) and argument in (None, action.argument):
            return action
    return None


def form_of(reply: Reply) -> Form | None:
    return reply.form if isinstance(reply, Show) else None


def card_of(reply: Reply) -> Card | None:
    return reply.card if isinstance(reply, Whisper) else None


def _usual(field: TextField | PickField | TickField | NumberField | DateField | TimeField) -> Value:
    match field:
        case TickField(values=values):
            return values
        case PickField(value=value, options=options, required=required):
            return value or (options[0].value if required else "")
        case NumberField(value=value, low=low):
            return value or str(int(low or 0))
        case TextField(value=value, required=required):
            return value or ("something" if required else "")
        case _:
            return field.value
