"""Reads all of prompts/, uses what is good, keeps what was good before, and says in plain words what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.kernel.content import (
    BUILT,
    LONGEST_STRETCH,
    CheckinCategory,
    Guide,
    Item,
    Library,
    Problem,
    Survey,
    Tag,
    Template,
)
from bot.library.files import CALLED, CUSTOM, SUPPORT, TAGS, Content, Draft, Layer, read, read_layer
from bot.library.nodes import Unreadable, Words, decode, documents, markdown
from bot.library.reader import Reference, listed, nearest
from bot.library.translate import translated

SHELVES = {  # kind -> where the library keeps it
    "checkin_category": "checkins",
    "guide": "guides",
    "survey": "surveys",
    "role": "roles",
    "ground_rules": "ground_rules",
    "move": "moves",
    "template": "templates",
}
Key = tuple[str, str]  # kind, id
Check = Callable[[Path, Mapping[str, str]], Iterable[Problem]]  # the manifest's path, the environment
MOST_SUPPORT = 400  # characters


def load(
    root: Path,
    previous: Library | None = None,
    *,
    built: frozenset[str] = BUILT,
    longest_stretch: int = LONGEST_STRETCH,
) -> tuple[Library, tuple[Problem, ...]]:
    """Read prompts/ at `root`. Nothing in a file makes this fail: a broken thing stays as it was in `previous`,
    or as shipped, or is left out, and the problem is returned, sorted by file and line.

    `built` are the capabilities that exist; what needs others is left out. `longest_stretch` is the setting of
    P31 in minutes.
    """
    if not root.is_dir():
        missing = Problem(root.name, 0, "this folder is not there", "Put the prompts that came with the bot there.")
        return previous or Library(), (missing,)
    shelf = _Shelf(read_layer(root, "", longest_stretch), read_layer(root, CUSTOM, longest_stretch), previous)
    shelf.check_references()
    shelf.check_versions()
    shelf.check_prompt_ids()
    shelf.choose(built)
    shelf.translate(longest_stretch)
    support, trouble = _support(root)
    found = replace(
        shelf.library(),
        read_survey=_read_survey,
        read_guide=partial(_read_guide, longest_stretch=longest_stretch),
        support=support,
        longest_stretch=longest_stretch,
    )
    return found, _sorted((*shelf.problems(), *trouble))


def _support(root: Path) -> tuple[str, tuple[Problem, ...]]:
    """The organisation's own support contacts, as they stand under surveys that ask how people are."""
    try:
        text = " ".join((root / CUSTOM / SUPPORT).read_text("utf-8").split())
    except FileNotFoundError:
        return "", ()
    except (OSError, UnicodeDecodeError):
        return "", (Problem(f"{CUSTOM}/{SUPPORT}", 0, "this file cannot be read", "Save it as plain text in UTF-8."),)
    if len(text) > MOST_SUPPORT:
        what = f"it has {len(text)} characters"
        return text[:MOST_SUPPORT], (Problem(f"{CUSTOM}/{SUPPORT}", 1, what, f"At most {MOST_SUPPORT} fit."),)
    return text, ()


def _read_guide(text: str, *, longest_stretch: int) -> tuple[Guide | None, tuple[Problem, ...]]:
    found, problems = validate_text("guide", text, "your guide", longest_stretch=longest_stretch)
    return (found if isinstance(found, Guide) else None), problems


def _read_survey(text: str) -> tuple[Survey | None, tuple[Problem, ...]]:
    found, problems = validate_text("survey", text, "your survey")
    return (found if isinstance(found, Survey) else None), problems


def validate_text(
    kind: str, text: str, filename: str, library: Library | None = None, *, longest_stretch: int = LONGEST_STRETCH
) -> tuple[Content | None, tuple[Problem, ...]]:
    """Read one thing that somebody sent, such as a guide. The item is None if there is any problem.

    With a `library`, references are checked against it.
    """
    try:
        clean = decode(text.encode("utf-8", "replace"), filename).replace("\r\n", "\n")
        found, problems = (markdown if kind == "role" else documents)(clean, filename)
    except Unreadable as unreadable:
        return None, (unreadable.problem,)
    if len(found) != 1:
        said = "there is nothing in it" if not found else f"there are {len(found)} things in it, separated by ---"
        return None, (Problem(filename, 0, said, f"Send {CALLED[kind]} by itself."),)
    draft = Draft(kind, "", filename, found[0])
    draft.notes.problems += problems
    read(draft, longest_stretch)
    if draft.hidden:
        at = draft.fields.keys["hidden"]
        draft.notes.problems.append(at.problem("`hidden` is for files in custom/", "Take it out."))
    if library is not None:
        _check_references(draft, _ids_of(library))
    return (draft.item if draft.good else None), _sorted(draft.notes.problems)


def check(root: Path, manifest: Path, environ: Mapping[str, str], others: Iterable[Check] = ()) -> list[Problem]:
    """All that `moderato check` has to say, sorted by file and line; nothing means all is well.

    The library looks at prompts/. Whoever knows the manifest and the settings passes a check for each in `others`.
    """
    wanted = environ.get("MODERATO_LONGEST_STRETCH", "")  # where it is no number, the settings say so
    _, problems = load(root, longest_stretch=int(wanted) if wanted.isdecimal() else LONGEST_STRETCH)
    return [*problems, *(problem for other in others for problem in other(manifest, environ))]


@dataclass(slots=True)
class _Shelf:
    shipped: Layer
    custom: Layer
    previous: Library | None
    chosen: dict[Key, Content] = field(default_factory=dict)
    sources: dict[Key, str] = field(default_factory=dict)
    from_draft: dict[Key, Draft] = field(default_factory=dict)  # chosen things that are in the files now
    languages: dict[str, dict[Key, Content]] = field(default_factory=dict)
    more: list[Problem] = field(default_factory=list)

    def layers(self) -> tuple[Layer, Layer]:
        return self.shipped, self.custom

    def originals(self) -> list[Draft]:
        return [draft for layer in self.layers() for draft in layer.originals]

    def intended(self) -> dict[Key, Draft]:
        """What would be in use if everything were good: custom/ wins."""
        return {(draft.kind, draft.id): draft for draft in self.originals()}

    # ---- checks that need more than one file

    def declared(self) -> dict[str, set[str]]:
        """Every id that is spoken for, also by broken or hidden things: they do not break what refers to them."""
        ids: dict[str, set[str]] = {"tag": set(), **{kind: set() for kind in SHELVES}}
        for draft in self.originals():
            if draft.kind == TAGS:
                ids["tag"] |= {tag.id for tag in _tags(draft.item)}
            else:
                ids[draft.kind].add(draft.id)
        for layer in self.layers():
            for file, (kind, stem) in layer.unreadable.items():
                ids.setdefault(kind, set()).add(stem)
                for known_kind, known_id in self._previously_from(file):
                    ids.setdefault(known_kind, set()).add(known_id)
                if kind == TAGS and self.previous is not None:
                    ids["tag"] |= set(self.previous.tags)
        return ids

    def check_references(self) -> None:
        ids = self.declared()
        for draft in self.originals():
            _check_references(draft, ids)

    def check_versions(self) -> None:
        """A survey whose questions changed needs a higher version, or its trend would compare different things."""
        shipped = {(draft.kind, draft.id): draft.item for draft in self.shipped.originals}
        for key, draft in self.intended().items():
            if not isinstance(draft.item, Survey):
                continue
            before = shipped.get(key) if draft.custom else None
            if self.previous is not None and self.previous.sources.get(key) == draft.file:
                before = self.previous.surveys.get(draft.id) or before
            if isinstance(before, Survey):
                _check_version(draft, draft.item, before)

    def check_prompt_ids(self) -> None:
        first: dict[str, Draft] = {}
        for draft in self.intended().values():
            if not isinstance(draft.item, CheckinCategory):
                continue
            for prompt in draft.item.prompts:
                earlier = first.setdefault(prompt.id, draft)
                if earlier is not draft and prompt.id:
                    draft.notes.problems.append(
                        draft.fields.at.problem(
                            f"the prompt id `{prompt.id}` is already used in {earlier.file}",
                            "Give this prompt another id.",
                        )
                    )

    # ---- what is in use

    def choose(self, built: frozenset[str]) -> None:
        """For each id: custom/ if good, else what custom/ gave before, else shipped, else what was shipped before."""
        keys = {(draft.kind, draft.id) for draft in self.originals()}
        for layer in self.layers():
            keys |= {key for file in layer.unreadable for key in self._previously_from(file)}
        for key in sorted(keys):
            for layer in (self.custom, self.shipped):
                if self._choose_from(layer, key, built):
                    break

    def _choose_from(self, layer: Layer, key: Key, built: frozenset[str]) -> bool:
        draft = next((each for each in layer.originals if (each.kind, each.id) == key), None)
        if draft is not None and (draft.hidden or draft.good):
            self.sources[key] = draft.file
            if draft.item is not None and set(_needs(draft.item)) <= built:
                self.chosen[key] = draft.item
                self.from_draft[key] = draft
            return True
        files = {draft.file} if draft is not None else set(layer.unreadable)
        if self.previous is not None and self.previous.sources.get(key) in files:
            self.sources[key] = self.previous.sources[key]
            before = _previous_item(self.previous, key)
            if before is not None:
                self.chosen[key] = before
            return True
        return False

    def _previously_from(self, file: str) -> list[Key]:
        if self.previous is None:
            return []
        return [key for key, source in self.previous.sources.items() if source == file]

    # ---- languages

    def translate(self, longest_stretch: int) -> None:
        """Shipped translations for shipped originals, custom ones for either; a broken one leaves English."""
        ids = self.declared()
        known = {(draft.kind, draft.id) for draft in self.originals()} | set(self.sources)
        for layer in self.layers():
            for draft in layer.translations:
                key = (draft.kind, draft.id)
                original = self.from_draft.get(key)
                if key not in known and not any(draft.id == stem for _, stem in layer.unreadable.values()):
                    self.more.append(
                        draft.fields.at.problem(
                            f"there is no {draft.kind} `{draft.id}` to translate", "Check the `id` and the file's name."
                        )
                    )
                if original is None or (original.custom and not draft.custom):
                    continue
                self._translate(draft, original, ids, longest_stretch)
                if draft.good and draft.item is not None:
                    self.languages.setdefault(draft.language, {})[key] = draft.item

    def _translate(self, draft: Draft, original: Draft, ids: dict[str, set[str]], longest_stretch: int) -> None:
        written = draft.fields.pairs.get("language")
        if isinstance(written, Words) and written.value.strip() != draft.language:
            draft.notes.problems.append(
                written.at.problem(
                    f'`language` is "{written.value.strip()}", and the file is named for {draft.language}',
                    f"Write `language: {draft.language}`.",
                )
            )
        draft.fields = translated(original.fields, draft.fields, draft.notes.problems)
        if draft.kind != TAGS:
            draft.fields.pairs["language"] = Words(draft.fields.at, draft.language)
        read(draft, longest_stretch)
        _check_references(draft, ids)

    # ---- the result

    def library(self) -> Library:
        original = _assemble(self.chosen, self.sources)
        spoken = {
            language: _assemble({**self.chosen, **items}, self.sources) for language, items in self.languages.items()
        }
        return replace(original, languages=MappingProxyType(dict(sorted(spoken.items()))))

    def problems(self) -> tuple[Problem, ...]:
        found = list(self.more)
        for layer in self.layers():
            found += layer.problems
            for draft in (*layer.originals, *layer.translations):
                found += draft.notes.problems
        return _sorted(found)


def _check_references(draft: Draft, ids: Mapping[str, set[str]]) -> None:
    for reference in draft.notes.references:
        if reference.id not in ids.get(reference.kind, set()):
            draft.notes.problems.append(_dangling(reference, ids.get(reference.kind, set())))


def _dangling(reference: Reference, known: set[str]) -> Problem:
    word = {"checkin_category": "check-in category", "ground_rules": "set of ground rules"}.get(reference.kind)
    meant = nearest(reference.id, known)
    remedy = f"Did you mean `{meant}`?" if meant else f"There are: {listed(sorted(known)) or 'none'}."
    return reference.at.problem(
        f"`{reference.field}` names the {word or reference.kind} `{reference.id}`, which does not exist", remedy
    )


def _check_version(draft: Draft, survey: Survey, before: Survey) -> None:
    at = draft.fields.keys.get("version", draft.fields.at)
    if survey.version < before.version:
        draft.notes.problems.append(
            at.problem(
                f"this is version {survey.version}, and version {before.version} is in use",
                f"Write `version: {before.version + 1}`.",
            )
        )
    elif survey.version == before.version:
        changed = _first_change(survey, before)
        if changed:
            draft.notes.problems.append(
                at.problem(
                    f"{changed} changed, but `version` is still {survey.version}",
                    f"Write `version: {survey.version + 1}`, and `comparable_to: {survey.version}` if the answers "
                    "still mean the same.",
                )
            )


def _first_change(survey: Survey, before: Survey) -> str:
    was = {question.id: question for question in before.questions}
    for question in survey.questions:
        old = was.pop(question.id, None)
        if old is None:
            return f"the question `{question.id}` is new: the survey"
        if question.text != old.text:
            return f"the text of the question `{question.id}`"
        if (question.type, question.choices, question.reverse) != (old.type, old.choices, old.reverse):
            return f"the question `{question.id}`"
        if survey.scale(question) != before.scale(old):
            return f"the scale of the question `{question.id}`"
    if was:
        return f"the question `{next(iter(was))}` is gone: the survey"
    return ""


def _assemble(items: Mapping[Key, Content], sources: Mapping[Key, str]) -> Library:
    """A library without references to what is not in it."""
    shelves: dict[str, dict[str, Any]] = {name: {} for name in SHELVES.values()}
    tags: dict[str, Tag] = {}
    shipped_first = sorted(items.items(), key=lambda one: sources.get(one[0], "").startswith("custom/"))
    for (kind, name), item in shipped_first:
        if kind == TAGS:
            tags.update({tag.id: tag for tag in _tags(item)})
        else:
            shelves[SHELVES[kind]][name] = item
    shelves["guides"] = {name: _without_strays(guide, shelves) for name, guide in shelves["guides"].items()}
    shelves["surveys"] = {
        name: replace(survey, guide=survey.guide if survey.guide in shelves["guides"] else "")
        for name, survey in shelves["surveys"].items()
    }
    shelves["templates"] = {name: _trimmed(template, shelves) for name, template in shelves["templates"].items()}
    frozen: dict[str, Any] = {name: MappingProxyType(dict(sorted(shelf.items()))) for name, shelf in shelves.items()}
    return Library(tags=MappingProxyType(tags), sources=MappingProxyType(dict(sources)), **frozen)


def _without_strays(guide: Guide, shelves: Mapping[str, Mapping[str, Any]]) -> Guide:
    steps = tuple(
        step
        if not step.prompt_category or step.prompt_category in shelves["checkins"]
        else replace(step, prompt_category="")
        for step in guide.steps
    )
    return replace(
        guide,
        steps=steps,
        roles=tuple(role for role in guide.roles if role in shelves["roles"]),
        after=guide.after if guide.after in shelves["surveys"] else "",
        rules=guide.rules if guide.rules in shelves["ground_rules"] else "",
    )


def _trimmed(template: Template, shelves: Mapping[str, Mapping[str, Any]]) -> Template:
    def there(what: str, name: str) -> bool:
        return name in shelves["guides"] if what == "guide" else what != "pulse" or name in shelves["surveys"]

    rhythm = tuple(
        replace(line, category=line.category if line.category in shelves["checkins"] else "")
        for line in template.rhythm
        if there(line.what, line.id)
    )
    return replace(
        template,
        rhythm=rhythm,
        plan=tuple(name for name in template.plan if name in shelves["checkins"]),
        guides=tuple(name for name in template.guides if name in shelves["guides"]),
        roles=tuple(name for name in template.roles if name in shelves["roles"]),
        pulses=tuple(name for name in template.pulses if name in shelves["surveys"]),
        rules=template.rules if template.rules in shelves["ground_rules"] else "",
    )


def _previous_item(previous: Library, key: Key) -> Content | None:
    kind, name = key
    if kind == TAGS:
        return tuple(previous.tags.values())
    shelf: Mapping[str, Item] = getattr(previous, SHELVES[kind])
    return shelf.get(name)


def _ids_of(library: Library) -> dict[str, set[str]]:
    ids = {kind: set(getattr(library, shelf)) for kind, shelf in SHELVES.items()}
    return {**ids, "tag": set(library.tags)}


def _needs(item: Content) -> tuple[str, ...]:
    return getattr(item, "needs", ())


def _tags(item: Content | None) -> tuple[Tag, ...]:
    return item if isinstance(item, tuple) else ()


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda problem: (problem.file, problem.line, problem.what)))
