"""What the list of links says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.activities.resources.model import MOST_NAME, MOST_WHY, Found, Resource
from bot.kernel.cards import (
    Action,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Form,
    Link,
    Note,
    Option,
    PickField,
    Text,
    TextField,
    TickField,
)
from bot.kernel.ids import NO_SESSION, SessionId
from bot.kernel.words import listed, plural, who
from bot.pieces import links
from bot.pieces.filing import cut
from bot.pieces.links import MOST_LINK

PAGE = 5  # links on one card
SHOWN_WHYS = 5
LABEL = 20  # characters of a name on a button
NO_MORE = "There will be no more posts about links in the channel. The list stays: resource."


def list_card(words: str, found: Sequence[Found], total: int, skip: int = 0) -> Card:
    """Private: links with the reason, five at a time. *words*: what was looked for."""
    add = _button("Add a link", "add", asks=True)
    if not found:
        line = f'No link here has the words "{cut(words, 60)}".' if words else "Nobody has saved a link here yet."
        return Card("Links that helped", (Text(line), Buttons((add,))))
    blocks: list[Block] = [Text(_line(number, one)) for number, one in enumerate(found, skip + 1)]
    options = tuple(Option(one.id, cut(f"{n}. {one.title}", 75)) for n, one in enumerate(found, skip + 1))
    blocks.append(Choice("Open one", _to("open"), options))
    row = [add]
    if total > skip + len(found):
        row.insert(0, _button("More", "more", argument=f"{skip + len(found)} {words[:120]}"))
    blocks += [Buttons(tuple(row)), Text("Only you see this.", muted=True)]
    return Card(plural(total, "1 link that helped", "{n} links that helped"), tuple(blocks))


def entry_card(one: Found, tags: Sequence[str], *, mine: bool, may_drop: bool) -> Card:
    """Private: one link, why it helped whom, and what can be done with it."""
    blocks: list[Block] = []
    for why, member in one.whys[:SHOWN_WHYS]:
        blocks.append(Text(f"{sentence(why)} {who(member)}" if member else sentence(why)))
    if len(one.whys) > SHOWN_WHYS:
        blocks.append(Text(plural(len(one.whys) - SHOWN_WHYS, "1 more says why.", "{n} more say why.")))
    if one.saves > 1:
        blocks.append(Text(f"{one.saves} people saved this."))
    if tags:
        blocks.append(Text(f"Tags: {listed(tags)}."))
    row: list[Button | Link] = [Link("Open the page", one.link)]
    if mine:
        row += [_button("Change reason", "also", one.id, asks=True), _button("Take mine back", "mine_back", one.id)]
    else:
        row.append(_button("Save it, too", "also", one.id, asks=True))
    if may_drop:
        row.append(_button("Drop it", "drop", one.id))
    blocks.append(Buttons(tuple(row)))
    return Card(cut(one.title, 60), tuple(blocks))


def saved_card(state: Resource, label: str, *, again: bool, changed: bool) -> Card:
    """Private, to whoever saved it."""
    title = state.title or links.called(state.link)
    many = f"{len(state.saves)} people saved this." if len(state.saves) > 1 else ""
    if changed:
        line = "You had saved this one; your reason is the new one now."
    elif again:
        line = f"It was on the list already. {many}".strip()
    else:
        line = f"Everyone in {label} finds it in the list and in the archive."
    return Card("Saved", (Text(sentence(title)), Text(line), Buttons((_button("See the list", "list"),))))


def month_card(best: Sequence[Found]) -> Card:
    """In the channel, once a month: what was saved most since the last time."""
    blocks: list[Block] = []
    for number, one in enumerate(best, 1):
        many = f" {one.saves} people saved this." if one.saves > 1 else ""
        blocks.append(Text(f"{number}. {sentence(one.title)} {sentence(one.whys[0][0])}{many}"))
    row = tuple(Link(f"{n}. {cut(one.title, LABEL - 3)}", one.link) for n, one in enumerate(best, 1))
    blocks += [
        Buttons((*row, _button("All links", "list"))),
        Text("Whoever looks after the team can stop this post: resource monthly off.", muted=True),
    ]
    return Card("Links that helped last month", tuple(blocks))


def add_form(link: str, why: str, chosen: tuple[str, ...], tags: Mapping[str, str], label: str) -> Form:
    """One tag is chosen from the list; others that were typed as `#tag` go along."""
    first, *others = chosen or ("",)
    options = tuple(Option(id, name) for id, name in tags.items())
    fields = (
        TextField("link", "The link", link, most=MOST_LINK),
        _why(why),
        TextField("title", "What is it called?", most=MOST_NAME, required=False, hint="Empty is fine"),
        *((PickField("tag", "Tag", options, first, required=False),) if options else ()),
        _named(),
        Note(f"Everyone in {label} can read it."),
    )
    return Form("A link that helped", fields, Action("resources", NO_SESSION, "added", " ".join(others)), "Save")


def also_form(id: SessionId, title: str, why: str, label: str, *, named: bool) -> Form:
    """The same link again: only the reason is asked."""
    fields = (Note(sentence(title)), _why(why), _named(chosen=named), Note(f"Everyone in {label} can read it."))
    return Form("Save it, too", fields, Action("resources", id, "also_saved"), "Save")


def sentence(text: str) -> str:
    return text if text[-1:] in ".?!…" else f"{text}."


def days(count: int) -> timedelta:
    return timedelta(days=count)


def _why(why: str) -> TextField:
    return TextField(
        "why", "Why does it help?", why, long=True, most=MOST_WHY, hint="A sentence for whoever was not there"
    )


def _named(*, chosen: bool = False) -> TickField:
    shown = Option("shown", "Show my name with it")
    return TickField("named", "Your name", (shown,), ("shown",) if chosen else ())


def _line(number: int, one: Found) -> str:
    many = f" {one.saves} people saved this." if one.saves > 1 else ""
    return f"{number}. {sentence(one.title)} {sentence(cut(one.whys[0][0], 160))}{many}"


def _to(verb: str, argument: str = "", *, session: SessionId = NO_SESSION) -> Action:
    return Action("resources", session, verb, argument)


def _button(
    label: str, verb: str, session: SessionId = NO_SESSION, *, argument: str = "", asks: bool = False
) -> Button:
    return Button(label, _to(verb, argument, session=session), asks=asks)
