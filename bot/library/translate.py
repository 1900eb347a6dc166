"""Lays the words of x.de.yml over x.yml: texts change, everything else stays, what is missing stays English."""

from __future__ import annotations

from bot.kernel.content import Problem
from bot.library.nodes import Fields, Items, Node, Place, Words

WORDS = frozenset(
    {
        "advice",
        "avoid",
        "body",
        "can_skip",
        "choices",
        "duties",
        "follow_up",
        "hint",
        "in_short",
        "intro",
        "labels",
        "language",
        "licence",
        "moment",
        "prepare",
        "purpose",
        "remind",
        "say",
        "short",
        "source",
        "text",
        "tip",
        "title",
        "unit",
        "why",
    }
)
SAME_COUNT = frozenset({"labels", "choices"})  # answers are stored by position


def translated(original: Fields, translation: Fields, problems: list[Problem]) -> Fields:
    """The original with the words of the translation; each text keeps the file and line it came from."""
    pairs, keys = dict(original.pairs), dict(original.keys)
    for key, node in translation.pairs.items():
        at = translation.keys[key]
        if key not in pairs and key not in WORDS:
            problems.append(
                at.problem(f"`{key}` is not in the English file", "Take it out: a translation adds nothing.")
            )
            continue
        keys[key] = at
        pairs[key] = _over(key, pairs.get(key), node, at, problems)
    return Fields(translation.at, pairs, keys)


def _over(key: str, original: Node | None, node: Node, at: Place, problems: list[Problem]) -> Node:
    if original is None:
        return node
    match original, node:
        case Fields(), Fields():
            return translated(original, node, problems)
        case Items(), Items():
            return _items(key, original, node, at, problems)
        case Words(), Words() if key in WORDS:
            return node
        case Words(), Words():
            if original.value.strip() != node.value.strip():
                remedy = "A translation changes words only."
                if key == "version":
                    remedy = "Translate what has changed, then set the same version."
                problems.append(
                    at.problem(
                        f"`{key}` is {node.value.strip()} here and {original.value.strip()} in the English file", remedy
                    )
                )
            return original
        case _:
            return node  # whoever reads it says what is wrong


def _items(key: str, original: Items, node: Items, at: Place, problems: list[Problem]) -> Items:
    if all(isinstance(each, Words) for each in original.entries):
        if key not in WORDS:
            if [_value(each) for each in node.entries] != [_value(each) for each in original.entries]:
                problems.append(at.problem(f"`{key}` differs from the English file", "Take it out here."))
            return original
        if key in SAME_COUNT and len(node.entries) != len(original.entries):
            wanted = f"Write {len(original.entries)}, in the same order."
            problems.append(at.problem(f"`{key}` has {len(node.entries)} entries here", wanted))
        return node
    found = list(original.entries)
    names = {_name(each): place for place, each in enumerate(found) if _name(each)}
    if len(names) < len(found):  # not every entry has a name of its own, as in a rhythm: go by position
        names = {}
    for place, each in enumerate(node.entries):
        if not isinstance(each, Fields):
            problems.append(
                each.at.problem(f"each entry of `{key}` has fields", "Write `- id: ...` and the words below.")
            )
            continue
        where = names.get(_name(each), -1) if names else place
        if not 0 <= where < len(found):
            remedy = f"The English file has: {', '.join(names)}." if names else "Leave it out."
            problems.append(each.at.problem(f"this entry of `{key}` is not in the English file", remedy))
            continue
        found[where] = _over(key, found[where], each, each.at, problems)
    return Items(original.at, tuple(found))


def _value(node: Node) -> str:
    return node.value.strip() if isinstance(node, Words) else ""


def _name(node: Node) -> str:
    return _value(node.pairs["id"]) if isinstance(node, Fields) and "id" in node.pairs else ""
