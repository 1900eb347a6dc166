"""Languages: x.de.yml beside x.yml changes words and nothing else; what is missing stays English."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from bot.library import load
from tests.library.samples import GUIDE, SURVEY, but, shelf, write

SHIPPED = Path(__file__).parent.parent.parent / "prompts"

GERMAN = """\
kind: guide
id: learning-hour
title: "Lernstunde"
steps:
  - id: talk
    title: "Geführtes Gespräch"
    questions:
      - text: "Wo begegnet dir {topic} bei der Arbeit?"
"""
GERMAN_SURVEY = """\
id: session-micro
version: 1
scales:
  agree5:
    labels: ["Gar nicht", "Eher nicht", "Teils", "Eher ja", "Ganz"]
questions:
  - id: worth
    text: "Die Sitzung war die Zeit wert."
"""
GERMAN_ROLE = """\
---
id: timekeeper
title: "Zeitwache"
---

Achtet auf die Zeit.

- [ ] Die Knöpfe finden.
"""


def told(root: Path) -> list[str]:
    return [str(problem) for problem in load(root)[1]]


def test_words_change_and_the_rest_stays(tmp_path: Path) -> None:
    """Title and question are German, minutes are those of the English file, and missing texts are English."""
    root = write(shelf(tmp_path), {"guides/learning-hour.de.yml": GERMAN})
    library, problems = load(root)
    guide = library.speaking("de").guides["learning-hour"]

    assert problems == ()
    assert guide.title == "Lernstunde"
    assert guide.language == "de"
    assert guide.steps[1].questions[0].text == "Wo begegnet dir {topic} bei der Arbeit?"
    assert guide.steps[0].title == "Check-in round"
    assert [step.minutes for step in guide.steps] == [10, 30, 15, 5]
    assert library.guides["learning-hour"].title == "Learning hour"


def test_a_language_is_found_by_its_family(tmp_path: Path) -> None:
    """Somebody from Austria reads the German texts, and a language nobody wrote is English."""
    library, _ = load(write(shelf(tmp_path), {"guides/learning-hour.de.yml": GERMAN}))

    assert library.speaking("de-AT").guides["learning-hour"].title == "Lernstunde"
    assert library.speaking("fr").guides["learning-hour"].title == "Learning hour"
    assert set(library.speaking("de").surveys) == set(library.surveys)


def test_labels_of_a_scale_are_translated_in_order(tmp_path: Path) -> None:
    """Answers are kept by position, so the number of labels stays."""
    root = write(shelf(tmp_path), {"surveys/session-micro.de.yml": GERMAN_SURVEY})
    library, problems = load(root)

    assert problems == ()
    assert library.speaking("de").surveys["session-micro"].scales[0].labels[4] == "Ganz"
    write(root, {"surveys/session-micro.de.yml": but(GERMAN_SURVEY, ', "Ganz"', "")})
    assert "surveys/session-micro.de.yml line 5: `labels` has 4 entries here. Write 5, in the same order." in told(root)


def test_a_role_is_translated_with_its_page(tmp_path: Path) -> None:
    """Head and page of a role have their German twin."""
    root = write(shelf(tmp_path), {"roles/timekeeper.de.md": GERMAN_ROLE})
    library, problems = load(root)
    role = library.speaking("de").roles["timekeeper"]

    assert problems == ()
    assert (role.title, role.checklist) == ("Zeitwache", ("Die Knöpfe finden.",))
    assert role.duties == library.roles["timekeeper"].duties


def test_a_translation_cannot_change_minutes(tmp_path: Path) -> None:
    """Other numbers in a translation are told with both values, and English stays in use."""
    root = write(
        shelf(tmp_path), {"guides/learning-hour.de.yml": but(GERMAN, "- id: talk", "- id: talk\n    minutes: 25")}
    )
    library, problems = load(root)

    assert [str(problem) for problem in problems] == [
        "guides/learning-hour.de.yml line 6: `minutes` is 25 here and 30 in the English file. "
        "A translation changes words only."
    ]
    assert library.speaking("de").guides["learning-hour"].title == "Learning hour"


def test_a_full_copy_may_be_translated(tmp_path: Path) -> None:
    """Whoever copies the whole file and changes only words does nothing wrong."""
    root = write(shelf(tmp_path), {"guides/learning-hour.de.yml": but(GUIDE, '"Learning hour"', '"Lernstunde"')})
    library, problems = load(root)

    assert problems == ()
    assert library.speaking("de").guides["learning-hour"].title == "Lernstunde"


def test_an_old_translation_is_not_shown(tmp_path: Path) -> None:
    """When the English survey has moved on, its translation waits until somebody has looked at it."""
    root = write(
        shelf(tmp_path),
        {
            "surveys/session-micro.yml": but(SURVEY, "version: 1", "version: 2"),
            "surveys/session-micro.de.yml": GERMAN_SURVEY,
        },
    )
    library, problems = load(root)

    assert [str(problem) for problem in problems] == [
        "surveys/session-micro.de.yml line 2: `version` is 1 here and 2 in the English file. "
        "Translate what has changed, then set the same version."
    ]
    assert library.speaking("de").surveys["session-micro"].questions[0].text == "The session was worth the time."


def test_the_rules_hold_in_every_language(tmp_path: Path) -> None:
    """Lengths and placeholders are checked in translations, with the translation's own line."""
    root = write(shelf(tmp_path), {"guides/learning-hour.de.yml": but(GERMAN, "{topic}", "{thema}")})

    assert told(root)[0].startswith("guides/learning-hour.de.yml line 8: {thema} is not a placeholder.")


def test_a_translation_of_nothing(tmp_path: Path) -> None:
    """A translation whose id no file has is told."""
    root = write(shelf(tmp_path), {"guides/x.de.yml": but(GERMAN, "id: learning-hour", "id: learning")})

    assert told(root) == [
        "guides/x.de.yml line 1: there is no guide `learning` to translate. Check the `id` and the file's name."
    ]


def test_an_entry_that_english_does_not_have(tmp_path: Path) -> None:
    """A translated step must be one of the English steps."""
    root = write(shelf(tmp_path), {"guides/learning-hour.de.yml": but(GERMAN, "id: talk", "id: talks")})

    assert told(root)[0] == (
        "guides/learning-hour.de.yml line 5: this entry of `steps` is not in the English file. "
        "The English file has: checkin, talk, pairs, recap."
    )


def test_the_language_is_the_one_in_the_name(tmp_path: Path) -> None:
    """A file named for German that says it is Norwegian is told."""
    root = write(shelf(tmp_path), {"guides/learning-hour.de.yml": GERMAN + "language: no\n"})

    assert told(root) == [
        'guides/learning-hour.de.yml line 9: `language` is "no", and the file is named for de. Write `language: de`.'
    ]


def test_a_custom_original_is_not_mixed_with_a_shipped_translation(tmp_path: Path) -> None:
    """Own English words stay, until there is an own translation of them."""
    root = shelf(tmp_path, custom__guides__ours=but(GUIDE, '"Learning hour"', '"Our hour"'))
    write(root, {"guides/learning-hour.de.yml": GERMAN})
    library, _ = load(root)

    assert library.speaking("de").guides["learning-hour"].title == "Our hour"
    write(root, {"custom/guides/ours.de.yml": but(GERMAN, "Lernstunde", "Unsere Stunde")})
    library, problems = load(root)
    assert problems == ()
    assert library.speaking("de").guides["learning-hour"].title == "Unsere Stunde"


def test_a_custom_translation_of_a_shipped_original(tmp_path: Path) -> None:
    """An organisation can translate what ships without copying it."""
    root = write(shelf(tmp_path), {"custom/guides/learning-hour.de.yml": GERMAN})
    library, problems = load(root)

    assert problems == ()
    assert library.speaking("de").guides["learning-hour"].title == "Lernstunde"


def test_everything_that_ships_can_be_translated(tmp_path: Path) -> None:
    """A copy of every shipped file is a good translation of it, and says the same."""
    root = tmp_path / "prompts"
    shutil.copytree(SHIPPED, root)
    for path in [*root.rglob("*.yml"), *root.glob("roles/*.md")]:
        text = path.read_text(encoding="utf-8").replace('language: "en"', 'language: "de"')
        path.with_name(f"{path.stem}.de{path.suffix}").write_text(text, encoding="utf-8")
    library, problems = load(root)
    german = library.speaking("de")

    assert [str(problem) for problem in problems] == []
    assert german is not library
    for name, guide in library.guides.items():
        assert german.guides[name] == dataclasses.replace(guide, language="de")
    for name, survey in library.surveys.items():
        assert german.surveys[name] == dataclasses.replace(survey, language="de")
    assert german.tags == library.tags


def test_a_list_that_holds_no_words_stays(tmp_path: Path) -> None:
    """What a recap collects is no matter of language."""
    more = "  - id: recap\n    collects: [actions]\n"
    root = write(shelf(tmp_path), {"guides/learning-hour.de.yml": GERMAN + more})

    assert told(root) == [
        "guides/learning-hour.de.yml line 10: `collects` differs from the English file. Take it out here."
    ]


def test_a_field_that_english_does_not_have(tmp_path: Path) -> None:
    """A translation adds words at most."""
    root = write(shelf(tmp_path), {"guides/learning-hour.de.yml": GERMAN + "scope: all\n"})

    assert told(root) == [
        "guides/learning-hour.de.yml line 9: `scope` is not in the English file. "
        "Take it out: a translation adds nothing."
    ]
