"""A page as plain values: what is drawn is compared with what was, and only the difference goes to the browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Attr = str | bool | int | float


@dataclass(frozen=True, slots=True)
class Node:
    """One element. Siblings with the same *key* in two drawings are the same element, and keep focus and scroll."""

    tag: str
    attrs: Mapping[str, Attr]
    text: str
    children: tuple[Node, ...]
    key: str

    def find(self, *, role: str = "", **attrs: Attr) -> Iterable[Node]:
        """Every node inside (and this one) that has these attributes."""
        wanted = {name.replace("_", "-"): value for name, value in attrs.items()} | ({"role": role} if role else {})
        if all(self.attrs.get(name) == value for name, value in wanted.items()):
            yield self
        for child in self.children:
            yield from child.find(role=role, **attrs)

    def words(self) -> str:
        """All text in it, as it reads."""
        return " ".join(filter(None, (self.text, *(child.words() for child in self.children))))


Content = Node | str | None | Iterable["Node | None"]


def h(tag: str, *content: Content, key: str = "", **attrs: Attr | None) -> Node:
    """An element: `h("p", "Hello", cls="lead")`. Underscores in names become dashes; None and False are left out.

    A string that stands alone is the element's text; beside other content it becomes a span.
    """
    named = {_name(name): value for name, value in attrs.items() if value is not None and value is not False}
    parts = [part for part in content if part is not None and part != ""]
    if len(parts) == 1 and isinstance(parts[0], str):
        return Node(tag, named, parts[0], (), key)
    children: list[Node] = []
    for part in parts:
        if isinstance(part, str):
            children.append(Node("span", {}, part, (), ""))
        elif isinstance(part, Node):
            children.append(part)
        else:
            children += [node for node in part if node is not None]
    return Node(tag, named, "", tuple(children), key)


def does(do: str, **payload: Any) -> str:
    """What an element sends when it is pressed or submitted, for its `data_do`."""
    return json.dumps({"do": do, **payload}, ensure_ascii=False)


def keys(nodes: Iterable[Node]) -> list[str]:
    """A key for each sibling: its own, else its place among siblings of its kind. Each once."""
    counts: dict[str, int] = {}
    found = []
    for node in nodes:
        base = f"{node.tag}:{node.key}"
        counts[base] = counts.get(base, 0) + 1
        found.append(f"{base}#{counts[base]}")
    return found


def _name(name: str) -> str:
    if name == "cls":
        return "class"
    return name.rstrip("_").replace("_", "-")
