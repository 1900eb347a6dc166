"""The folder as a whole: custom/ wins, broken files stop nothing, versions and languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.kernel.content import Guide, Library
from bot.library import load
from tests.library.samples import CATEGORY, FILES, GUIDE, MOVE, ROLE, RULES, SURVEY, TAGS, TEMPLATE, but, shelf, write
from tests.library.test_guides import guide_of

NEW_TEXT = but(SURVEY, "The session was worth the time.", "The session was worth an hour.")


def told(root: Path, previous: Library | None = None) -> list[str]:
    """The messages about a folder."""
    return [str(problem) for problem in load(root, previous)[1]]


def test_the_longest_stretch_holds_for_own_guides_too(tmp_path: Path) -> None:
    """P31: what an administrator sets is known to the whole library, and to the guides that people send."""
    usual, longer = load(shelf(tmp_path))[0], load(shelf(tmp_path), longest_stretch=120)[0]
    assert (usual.longest_stretch, longer.longest_stretch) == (90, 120)
    assert usual.read_guide is not None
    assert longer.read_guide is not None
    text = guide_of(60, 60)
    assert usual.read_guide(text)[0] is None
    assert longer.read_guide(text)[0] is not None


def test_a_good_folder(tmp_path: Path) -> None:
    """All kinds are read, by id, and nothing is wrong."""
    library, problems = load(shelf(tmp_path))

    assert problems == ()
    assert set(library.checkins) == {"learned"}
    assert set(library.guides) == {"learning-hour"}
    assert set(library.surveys) == {"session-micro"}
    assert set(library.roles) == {"timekeeper"}
    assert set(library.ground_rules) == {"core"}
    assert set(library.moves) == {"M08"}
    assert set(library.templates) == {"general"}
    assert set(library.tags) == {"team_building"}


def test_a_library_never_changes(tmp_path: Path) -> None:
    """Nobody can put something into a library by accident."""
    library, _ = load(shelf(tmp_path))

    with pytest.raises(TypeError):
        library.guides["other"] = library.guides["learning-hour"]  # type: ignore[index]


def test_no_folder_at_all(tmp_path: Path) -> None:
    """A missing folder is a problem, and what was there before stays in use."""
    before, _ = load(shelf(tmp_path / "prompts"))
    library, problems = load(tmp_path / "gone", before)

    assert library is before
    assert [str(problem) for problem in problems] == [
        "gone: this folder is not there. Put the prompts that came with the bot there."
    ]


# ---- custom/


def test_custom_wins_by_id(tmp_path: Path) -> None:
    """An organisation's own file replaces the shipped one with the same id, whatever its name."""
    root = shelf(tmp_path, custom__guides__ours=but(GUIDE, '"Learning hour"', '"Our hour"'))
    library, problems = load(root)

    assert problems == ()
    assert library.guides["learning-hour"].title == "Our hour"
    assert library.sources[("guide", "learning-hour")] == "custom/guides/ours.yml"


def test_custom_adds(tmp_path: Path) -> None:
    """A new id stands beside the shipped ones, and custom tags beside the shipped tags."""
    root = shelf(
        tmp_path,
        custom__guides__mine=but(GUIDE, "id: learning-hour", "id: mine\ntags: [night]"),
        custom__tags=but(but(TAGS, "team_building", "night"), "Team building", "Night shift"),
    )
    library, problems = load(root)

    assert problems == ()
    assert set(library.guides) == {"learning-hour", "mine"}
    assert set(library.tags) == {"team_building", "night"}


def test_hidden_removes(tmp_path: Path) -> None:
    """`hidden: true` takes a shipped thing out of use, and what refers to it goes on without it."""
    root = shelf(
        tmp_path,
        guides__learning_hour=None,
        guides__hour=GUIDE + "after: session-micro\n",
        custom__surveys__off="kind: survey\nid: session-micro\nhidden: true\n",
    )
    (root / "guides" / "learning-hour.yml").unlink()
    library, problems = load(root)

    assert problems == ()
    assert "session-micro" not in library.surveys
    assert library.guides["learning-hour"].after == ""


def test_a_strange_folder_is_told(tmp_path: Path) -> None:
    """A misspelt folder, a file of the wrong type and a file in the wrong place are told, not passed over."""
    root = shelf(tmp_path)
    write(root, {"custom/guide/x.yml": GUIDE, "custom/guides/x.txt": GUIDE, "stray.yml": GUIDE, "roles/x.yml": GUIDE})

    assert told(root) == [
        "custom/guide: this folder is not read. Did you mean guides/?",
        "custom/guides/x.txt: this is not read. Its name should end in .yml.",
        "roles/x.yml: this is not read. Its name should end in .md.",
        "stray.yml: this file is not read. "
        "Put it into one of: checkins, guides, surveys, roles, ground_rules, moves, templates.",
    ]


def test_readmes_and_dotfiles_are_passed_over(tmp_path: Path) -> None:
    """Notes for people are no content."""
    root = shelf(tmp_path)
    write(root, {"README.md": "x", "custom/README.md": "x", "custom/.gitkeep": "", "guides/.x.yml.swp": "x"})

    assert told(root) == []


def test_one_id_in_two_files(tmp_path: Path) -> None:
    """The first file is kept, the second is told with both places."""
    root = shelf(tmp_path, guides__second=but(GUIDE, '"Learning hour"', '"Second"'))
    library, problems = load(root)

    assert [str(problem) for problem in problems] == [
        "guides/second.yml line 2: the id `learning-hour` is already used in guides/learning-hour.yml line 2. "
        "Give one of them another id."
    ]
    assert library.guides["learning-hour"].title == "Learning hour"


def test_one_prompt_id_in_two_categories(tmp_path: Path) -> None:
    """Answers are kept by prompt id, so it is unique over all categories."""
    root = shelf(tmp_path, checkins__other=but(CATEGORY, "id: learned", "id: other"))

    assert told(root)[0] == (
        "checkins/other.yml line 1: the prompt id `learned-01` is already used in checkins/learned.yml. "
        "Give this prompt another id."
    )


# ---- broken files


BROKEN = {
    "cannot be read": 'kind: guide\nid: "learning-hour\n',
    "wrong sum": but(GUIDE, "    minutes: 30", "    minutes: 28"),
    "not a guide": "just words\n",
    "empty": "",
    "dangling": GUIDE + "after: nothing\n",
}


@pytest.mark.parametrize("way", BROKEN)
def test_the_last_good_version_stays(tmp_path: Path, way: str) -> None:
    """A shipped file that breaks while the bot runs leaves what was read before in use."""
    root = shelf(tmp_path)
    before, _ = load(root)
    write(root, {"guides/learning-hour.yml": BROKEN[way]})
    library, problems = load(root, before)

    assert problems
    assert library.guides["learning-hour"] == before.guides["learning-hour"]


@pytest.mark.parametrize("way", BROKEN)
def test_the_last_good_version_stays_through_several_reloads(tmp_path: Path, way: str) -> None:
    """A second and third reload of the same broken file change nothing."""
    root = shelf(tmp_path)
    library, _ = load(root)
    write(root, {"guides/learning-hour.yml": BROKEN[way]})
    for _ in range(3):
        library, problems = load(root, library)

    assert problems
    assert library.guides["learning-hour"].title == "Learning hour"


@pytest.mark.parametrize("way", BROKEN)
def test_the_shipped_version_stands_in(tmp_path: Path, way: str) -> None:
    """A custom file that was never good leaves the shipped one in use."""
    root = shelf(tmp_path, custom__guides__learning_hour=BROKEN[way])
    library, problems = load(root)

    assert problems
    assert library.guides["learning-hour"].title == "Learning hour"


@pytest.mark.parametrize("way", ["cannot be read", "wrong sum", "dangling"])
def test_the_last_good_custom_version_stays(tmp_path: Path, way: str) -> None:
    """A custom file that breaks while the bot runs leaves its own last good version, not the shipped one."""
    ours = but(GUIDE, '"Learning hour"', '"Our hour"')
    root = shelf(tmp_path, custom__guides__ours=ours)
    before, _ = load(root)
    write(root, {"custom/guides/ours.yml": BROKEN[way]})
    library, problems = load(root, before)

    assert problems
    assert library.guides["learning-hour"].title == "Our hour"


def test_what_was_hidden_stays_hidden(tmp_path: Path) -> None:
    """If the file that hides something breaks, the hidden thing does not come back."""
    root = shelf(tmp_path, custom__guides__off="kind: guide\nid: learning-hour\nhidden: true\n")
    before, _ = load(root)
    write(root, {"custom/guides/off.yml": "kind: guide\n\tid: x\n"})
    library, problems = load(root, before)

    assert problems
    assert "learning-hour" not in library.guides


def test_one_broken_move_leaves_the_others(tmp_path: Path) -> None:
    """In a file with many things only the broken one is affected, and lines count through the file."""
    other = but(but(MOVE, "M08", "M09"), "Redirect softly", "Other")
    root = shelf(tmp_path, moves__moves=f"{MOVE}---\n{but(other, 'top_share', 'top_shar')}")
    library, problems = load(root)

    assert set(library.moves) == {"M08"}
    assert str(problems[0]).startswith('moves/moves.yml line 10: `signal` is "top_shar". Did you mean `top_share`?')


def test_a_broken_file_does_not_break_what_refers_to_it(tmp_path: Path) -> None:
    """A guide with a broken survey behind it is used without the survey."""
    root = shelf(tmp_path, surveys__session_micro="x: [", guides__hour=GUIDE + "after: session-micro\n")
    (root / "guides" / "learning-hour.yml").unlink()
    (root / "surveys" / "session-micro.yml").write_text('kind: survey\nid: "x\n')
    (root / "surveys" / "session_micro.yml").unlink()
    library, problems = load(root)

    assert [problem.file for problem in problems] == ["surveys/session-micro.yml"]
    assert library.guides["learning-hour"].after == ""


def test_a_deleted_file_is_gone(tmp_path: Path) -> None:
    """Deleting is no mistake: the thing leaves, and custom/ gives way to the shipped file."""
    root = shelf(tmp_path, custom__guides__ours=but(GUIDE, '"Learning hour"', '"Our hour"'))
    before, _ = load(root)
    write(root, {"custom/guides/ours.yml": None, "ground_rules/core.yml": None, "templates/general.yml": None})
    library, problems = load(root, before)

    assert problems == ()
    assert library.guides["learning-hour"].title == "Learning hour"
    assert "core" not in library.ground_rules


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    """A file in another encoding is told with the line of the first strange character."""
    root = shelf(tmp_path)
    (root / "ground_rules" / "core.yml").write_bytes(RULES.replace("Core", "K\xf6ln").encode("latin-1"))

    assert "ground_rules/core.yml line 3: this is not UTF-8 text. Save the file with the encoding UTF-8." in told(root)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    """A file far beyond any guide is not read."""
    root = write(shelf(tmp_path), {"guides/big.yml": "#" * (256 * 1024 + 1)})

    assert told(root) == ["guides/big.yml: this file is too large. At most 256 KiB are read."]


def test_line_endings_and_marks_of_windows_are_fine(tmp_path: Path) -> None:
    """Editors that write carriage returns and byte order marks are welcome."""
    root = shelf(tmp_path)
    for name, text in (("ground_rules/core.yml", RULES), ("roles/timekeeper.md", ROLE)):
        (root / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert told(root) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(FILES)), at=st.integers(0, 400), junk=st.text(max_size=12))
def test_no_damage_stops_the_bot(tmp_path: Path, name: str, at: int, junk: str) -> None:
    """Whatever one file is damaged with, loading succeeds, and everything in the other files is as before."""
    root = shelf(tmp_path)
    before, _ = load(root)
    damaged = FILES[name][:at] + junk + FILES[name][at + 1 :]
    (root / name).write_bytes(damaged.encode("utf-8", "surrogatepass"))
    library, problems = load(root, before)

    assert {problem.file for problem in problems} <= {name, "templates/general.yml"}
    for key, source in before.sources.items():
        if source != name and source != "templates/general.yml":
            assert library.sources[key] == source


# ---- references


REFERENCES = {
    "prompt_category": (
        "guides/learning-hour.yml",
        but(GUIDE, "    seconds_per_person: 60", "    prompt_category: lerned"),
        "guides/learning-hour.yml line 17: `prompt_category` names the check-in category `lerned`, "
        "which does not exist. Did you mean `learned`?",
    ),
    "after": (
        "guides/learning-hour.yml",
        GUIDE + "after: session-mikro\n",
        "guides/learning-hour.yml line 38: `after` names the survey `session-mikro`, "
        "which does not exist. Did you mean `session-micro`?",
    ),
    "roles": (
        "guides/learning-hour.yml",
        GUIDE + "roles: [timekeper]\n",
        "guides/learning-hour.yml line 38: `roles` names the role `timekeper`, "
        "which does not exist. Did you mean `timekeeper`?",
    ),
    "tags": (
        "guides/learning-hour.yml",
        GUIDE + "tags: [teambuilding]\n",
        "guides/learning-hour.yml line 38: `tags` names the tag `teambuilding`, "
        "which does not exist. Did you mean `team_building`?",
    ),
    "guide": (
        "surveys/session-micro.yml",
        but(SURVEY, "minimum_group: 5", "minimum_group: 5\nguide: learning-our"),
        "surveys/session-micro.yml line 7: `guide` names the guide `learning-our`, "
        "which does not exist. Did you mean `learning-hour`?",
    ),
    "rules": (
        "templates/general.yml",
        but(TEMPLATE, "rules: core", "rules: corr"),
        "templates/general.yml line 6: `rules` names the set of ground rules `corr`, "
        "which does not exist. Did you mean `core`?",
    ),
}


@pytest.mark.parametrize("field", REFERENCES)
def test_a_reference_leads_somewhere(tmp_path: Path, field: str) -> None:
    """A name of something that does not exist is told, with the one that was meant."""
    name, text, message = REFERENCES[field]

    assert told(write(shelf(tmp_path), {name: text})) == [message]


# ---- versions


def test_a_changed_question_needs_a_new_version(tmp_path: Path) -> None:
    """A running bot refuses new words under an old version, and keeps the old words."""
    root = shelf(tmp_path)
    before, _ = load(root)
    write(root, {"surveys/session-micro.yml": NEW_TEXT})
    library, problems = load(root, before)

    assert [str(problem) for problem in problems] == [
        "surveys/session-micro.yml line 3: the text of the question `worth` changed, but `version` is still 1. "
        "Write `version: 2`, and `comparable_to: 1` if the answers still mean the same."
    ]
    assert library.surveys["session-micro"] == before.surveys["session-micro"]


def test_a_custom_survey_needs_a_new_version_too(tmp_path: Path) -> None:
    """Own words for a shipped survey need a higher version, also at the first start."""
    root = shelf(tmp_path, custom__surveys__ours=NEW_TEXT)
    library, problems = load(root)

    assert str(problems[0]).startswith("custom/surveys/ours.yml line 3: the text of the question `worth` changed")
    assert library.surveys["session-micro"].questions[0].text == "The session was worth the time."


def test_a_new_version_is_taken(tmp_path: Path) -> None:
    """With a higher version the new words are in use, comparable if that is said."""
    root = shelf(tmp_path)
    before, _ = load(root)
    write(root, {"surveys/session-micro.yml": but(NEW_TEXT, "version: 1", "version: 2\ncomparable_to: 1")})
    library, problems = load(root, before)

    assert problems == ()
    assert library.surveys["session-micro"].questions[0].text == "The session was worth an hour."
    assert library.surveys["session-micro"].comparable_to == 1


def test_a_version_does_not_go_back(tmp_path: Path) -> None:
    """A lower version than the one in use is refused."""
    root = shelf(tmp_path, surveys__session_micro=None)
    write(root, {"surveys/session-micro.yml": but(SURVEY, "version: 1", "version: 2")})
    before, _ = load(root)
    write(root, {"surveys/session-micro.yml": SURVEY})

    assert told(root, before) == [
        "surveys/session-micro.yml line 3: this is version 1, and version 2 is in use. Write `version: 3`."
    ]


CHANGES = {
    "the scale of the question `worth`": ('"Neither"', '"Undecided"'),
    "the question `worth`": ("    scale: agree5\n", "    scale: agree5\n    reverse: true\n"),
    "the question `more` is new: the survey": (
        "report:\n",
        '  - {id: more, text: "And?", type: text}\nreport:\n',
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_other_changes_need_a_new_version(tmp_path: Path, what: str) -> None:
    """Scales, direction and number of questions count as much as words."""
    root = shelf(tmp_path)
    before, _ = load(root)
    write(root, {"surveys/session-micro.yml": but(SURVEY, *CHANGES[what])})

    assert told(root, before)[0].startswith(
        f"surveys/session-micro.yml line 3: {what} changed, but `version` is still 1"
    )


def test_a_title_may_change(tmp_path: Path) -> None:
    """What nobody answers may change without a new version."""
    root = shelf(tmp_path)
    before, _ = load(root)
    write(root, {"surveys/session-micro.yml": but(SURVEY, "After the session", "The session")})

    assert told(root, before) == []


# ---- capabilities


def test_what_needs_more_than_is_built_is_left_out(tmp_path: Path) -> None:
    """A guide that needs what does not exist yet is neither offered nor wrong."""
    root = shelf(tmp_path, guides__pairs=but(GUIDE, "id: learning-hour", "id: pairs\nneeds: [pairing]"))
    without, problems = load(root)
    with_it, _ = load(root, built=frozenset({"pairing"}))

    assert problems == ()
    assert set(without.guides) == {"learning-hour"}
    assert set(with_it.guides) == {"learning-hour", "pairs"}


def test_a_need_is_a_known_capability(tmp_path: Path) -> None:
    """A misspelt capability would hide a guide for ever."""
    root = shelf(tmp_path, guides__pairs=but(GUIDE, "id: learning-hour", "id: pairs\nneeds: [paring]"))

    assert told(root)[0].startswith('guides/pairs.yml line 3: `needs` is "paring". Did you mean `pairing`?')


def test_a_library_is_made_of_plain_values(tmp_path: Path) -> None:
    """Equal files give equal libraries, so that a change can be seen by comparing."""
    one, _ = load(shelf(tmp_path / "one"))
    two, _ = load(shelf(tmp_path / "two"))

    assert one == two
    assert isinstance(one.guides["learning-hour"], Guide)
    assert hash(one.guides["learning-hour"]) == hash(two.guides["learning-hour"])


def test_support_contacts(tmp_path: Path) -> None:
    """The organisation's own contacts are one short text in custom/; too long, it is cut and said."""
    root = shelf(tmp_path)
    assert load(root)[0].support == ""
    (root / "custom").mkdir(exist_ok=True)
    path = root / "custom" / "support-contacts.txt"
    path.write_text("Talk to care@example.org,\nany hour.\n", encoding="utf-8")
    library, problems = load(root)
    assert (library.support, problems) == ("Talk to care@example.org, any hour.", ())
    path.write_text("a" * 500, encoding="utf-8")
    library, problems = load(root)
    assert len(library.support) == 400
    assert "At most 400 fit." in str(problems[0])
    path.write_bytes(b"\xff\xfe\xff")
    assert "cannot be read" in told(root)[0]
