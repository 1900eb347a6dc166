"""Finds the files under prompts/ and cuts them into drafts: one thing each, read but not yet in use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.kernel.content import LONGEST_STRETCH, Item, Problem, Tag
from bot.library import guides, kinds, surveys
from bot.library.nodes import Fields, Unreadable, Words, decode, documents, markdown
from bot.library.reader import Notes, Reader, listed, nearest

FOLDERS = {
    "checkins": "checkin_category",
    "guides": "guide",
    "surveys": "survey",
    "roles": "role",
    "ground_rules": "ground_rules",
    "moves": "move",
    "templates": "template",
}
CALLED = {
    "checkin_category": "a check-in category",
    "guide": "a guide",
    "survey": "a survey",
    "role": "a role",
    "ground_rules": "a set of ground rules",
    "move": "a move",
    "template": "a template",
    "tags": "a list of tags",
}
CUSTOM = "custom"
TAGS = "tags"
SUPPORT = "support-contacts.txt"  # in custom/
LARGEST = 256 * 1024  # bytes
_IN_LANGUAGE = re.compile(r"(.+)\.([a-z]{2,3}(?:-[A-Z]{2})?)")

Content = Item | tuple[Tag, ...]


@dataclass(slots=True)
class Draft:
    """One thing as it stands in a file: its item if it could be read, and what was found wrong."""

    kind: str
    id: str
    file: str
    fields: Fields
    language: str = ""  # empty: the original
    hidden: bool = False
    item: Content | None = None
    notes: Notes = field(default_factory=Notes)

    @property
    def custom(self) -> bool:
        return self.file.startswith(f"{CUSTOM}/")

    @property
    def good(self) -> bool:
        return self.item is not None and not self.notes.problems


@dataclass(slots=True)
class Layer:
    """All drafts of the shipped files, or of custom/; and the files that could not be read at all."""

    originals: list[Draft] = field(default_factory=list)
    translations: list[Draft] = field(default_factory=list)
    unreadable: dict[str, tuple[str, str]] = field(default_factory=dict)  # file -> kind, probable id
    problems: list[Problem] = field(default_factory=list)


def read_layer(root: Path, below: str, longest_stretch: int = LONGEST_STRETCH) -> Layer:
    """Everything under `root`/`below`; never raises for what is in the files."""
    layer = Layer()
    for path, name, kind in _files(root / below, f"{below}/" if below else "", layer.problems):
        stem, language = _stem_and_language(path)
        try:
            found, problems = _documents(path, name)
        except Unreadable as unreadable:
            layer.problems.append(unreadable.problem)
            if not language:
                layer.unreadable[name] = (kind, stem)
            continue
        if not found:
            layer.problems.append(Problem(name, 0, "the file is empty", "Write something into it, or delete it."))
            if not language:
                layer.unreadable[name] = (kind, stem)
        for fields in found:
            draft = Draft(kind, _id(fields, kind, below, stem), name, fields, language)
            draft.notes.problems += [each for each in problems if _within(each, fields, found)]
            if language:
                layer.translations.append(draft)
                continue
            read(draft, longest_stretch)
            layer.originals.append(draft)
    _refuse_doubles(layer)
    return layer


def read(draft: Draft, longest_stretch: int = LONGEST_STRETCH) -> None:
    """Turn the fields of a draft into its item, noting every problem."""
    reader = Reader(draft.fields, CALLED[draft.kind], draft.notes)
    _check_kind(reader, draft)
    draft.hidden = reader.flag("hidden")
    if draft.hidden:
        reader.identifier(move=draft.kind == "move")  # a hidden thing needs no more than its name
        return
    draft.item = _reading(draft.kind, longest_stretch)(reader)
    reader.done()


def _reading(kind: str, longest_stretch: int) -> Callable[[Reader], Content]:
    match kind:
        case "checkin_category":
            return kinds.checkin_category
        case "guide":
            return lambda reader: guides.guide(reader, longest_stretch=longest_stretch)
        case "survey":
            return surveys.survey
        case "role":
            return kinds.role
        case "ground_rules":
            return kinds.ground_rules
        case "move":
            return kinds.move
        case "template":
            return kinds.template
        case _:
            return kinds.tags


def _files(folder: Path, prefix: str, problems: list[Problem]) -> Iterator[tuple[Path, str, str]]:
    """Each file to read, its name relative to prompts/, and the kind that its folder holds."""
    for path in _listing(folder, prefix.rstrip("/"), problems) if folder.is_dir() else ():
        name = prefix + path.name
        if path.name.startswith((".", "README")) or (not prefix and path.name == CUSTOM):
            continue
        if path.is_dir():
            if path.name in FOLDERS:
                yield from _files_of_a_kind(path, name, FOLDERS[path.name], problems)
            else:
                meant = nearest(path.name, FOLDERS)
                remedy = f"Did you mean {meant}/?" if meant else f"There are: {listed(FOLDERS)}."
                problems.append(Problem(name, 0, "this folder is not read", remedy))
        elif _stem_and_language(path)[0] == TAGS and path.suffix == ".yml":
            yield path, name, TAGS
        elif path.name == SUPPORT and prefix:
            continue  # plain text; load.py reads it
        else:
            problems.append(Problem(name, 0, "this file is not read", f"Put it into one of: {listed(FOLDERS)}."))


def _files_of_a_kind(folder: Path, name: str, kind: str, problems: list[Problem]) -> Iterator[tuple[Path, str, str]]:
    wanted = ".md" if kind == "role" else ".yml"
    for path in _listing(folder, name, problems):
        if path.name.startswith((".", "README")):
            continue
        if path.is_file() and path.suffix == wanted:
            yield path, f"{name}/{path.name}", kind
        else:
            remedy = "Move its files up." if path.is_dir() else f"Its name should end in {wanted}."
            problems.append(Problem(f"{name}/{path.name}", 0, "this is not read", remedy))


def _listing(folder: Path, name: str, problems: list[Problem]) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        problems.append(Problem(name, 0, "this folder cannot be opened", "Check who may read it."))
        return []


def _documents(path: Path, name: str) -> tuple[list[Fields], list[Problem]]:
    try:
        raw = path.read_bytes()
    except OSError:
        raise Unreadable(Problem(name, 0, "this file cannot be opened", "Check who may read it.")) from None
    if len(raw) > LARGEST:
        raise Unreadable(Problem(name, 0, "this file is too large", f"At most {LARGEST // 1024} KiB are read."))
    text = decode(raw, name).replace("\r\n", "\n")
    return markdown(text, name) if path.suffix == ".md" else documents(text, name)


def _stem_and_language(path: Path) -> tuple[str, str]:
    match = _IN_LANGUAGE.fullmatch(path.stem)
    return (match[1], match[2]) if match else (path.stem, "")


def _id(fields: Fields, kind: str, below: str, stem: str) -> str:
    if kind == TAGS:
        return f"{below}-{TAGS}" if below else TAGS
    node = fields.pairs.get("id")
    return node.value.strip() if isinstance(node, Words) and node.value.strip() else stem


def _within(problem: Problem, fields: Fields, all_fields: list[Fields]) -> bool:
    """Whether a problem lies in this document and not in another of the same file."""
    starts = [each.at.line for each in all_fields if each.at.line <= problem.line]
    return bool(starts) and fields.at.line == max(starts)


def _check_kind(reader: Reader, draft: Draft) -> None:
    written = reader.plain("kind", draft.kind)
    if not written or written == draft.kind:
        return
    folder = next((name for name, kind in FOLDERS.items() if kind == written), "")
    remedy = f"Write `kind: {draft.kind}`"
    if folder:
        remedy += f", or move the file to {folder}/"
    reader.problem(reader.where("kind"), f'`kind` is "{written}", and the file lies with {draft.kind}', f"{remedy}.")


def _refuse_doubles(layer: Layer) -> None:
    """Two things of one kind with one id: the first is kept, the second is told."""
    first: dict[tuple[str, str], Draft] = {}
    kept: list[Draft] = []
    for draft in layer.originals:
        earlier = first.setdefault((draft.kind, draft.id), draft)
        if earlier is draft:
            kept.append(draft)
            continue
        at = draft.fields.keys.get("id", draft.fields.at)
        where = f"line {earlier.fields.keys.get('id', earlier.fields.at).line}"
        if earlier.file != draft.file:
            where = f"{earlier.file} {where}"
        layer.problems += draft.notes.problems
        layer.problems.append(
            at.problem(f"the id `{draft.id}` is already used in {where}", "Give one of them another id.")
        )
    layer.originals = kept
