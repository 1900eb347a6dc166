"""Every value is read as text and converted by its field; nothing changes silently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.content import CheckinCategory, GroundRules, Move, Survey, Template
from bot.library import validate_text
from bot.library.nodes import Unreadable, documents
from tests.library.samples import CATEGORY, GUIDE, MOVE, RULES, SURVEY, TEMPLATE, but, read, said


@pytest.mark.parametrize("written", ["9:30", "09:30", '"9:30"', "'09:30'"])
def test_a_time_of_day_stays_one(written: str) -> None:
    """9:30 is half past nine, with or without quotes, and never 570."""
    item = read("template", but(TEMPLATE, '"09:30"', written))

    assert isinstance(item, Template)
    assert item.rhythm[0].time == "09:30"


def test_ten_o_clock_stays_ten_o_clock() -> None:
    """10:00 is never 600."""
    item = read("template", but(TEMPLATE, '"09:30"', "10:00"))

    assert isinstance(item, Template)
    assert item.rhythm[0].time == "10:00"


def test_a_wrong_time_is_told() -> None:
    """A time that no clock shows is refused with an example."""
    assert said("template", but(TEMPLATE, '"09:30"', '"25:00"')) == [
        'line 5: `time` is "25:00". Write hours and minutes, from 00:00 to 23:59.'
    ]


def test_norwegian_stays_norwegian() -> None:
    """`language: no` is a language and never false."""
    item = read("checkin_category", but(CATEGORY, '"en"', "no"))

    assert isinstance(item, CheckinCategory)
    assert item.language == "no"


@pytest.mark.parametrize(
    "written", ["2024", "1_000", "0x1F", "1e3", "yes", "null", "~", "2024-01-02", "12:30:45", ".5"]
)
def test_a_title_keeps_what_was_typed(written: str) -> None:
    """Numbers, dates and words that YAML would convert are kept as typed in a text."""
    item = read("ground_rules", but(RULES, '"Core rules"', written))

    assert isinstance(item, GroundRules)
    assert item.title == written


def test_days_may_be_written_out() -> None:
    """Tuesday and tue are the same day."""
    item = read("template", but(TEMPLATE, '"tue"', "Tuesday"))

    assert isinstance(item, Template)
    assert item.rhythm[0].day == "tue"


def test_an_unknown_day_gets_a_suggestion() -> None:
    """A misspelt day names the one that was meant."""
    assert said("template", but(TEMPLATE, '"tue"', "teu")) == [
        'line 5: `day` is "teu". Did you mean `tue`? It may be: mon, tue, wed, thu, fri, sat, sun.'
    ]


@pytest.mark.parametrize(("written", "meant"), [("yes", True), ("On", True), ("no", False), ("FALSE", False)])
def test_yes_and_no_may_be_written_as_people_do(written: str, meant: bool) -> None:
    """true, yes and on mean yes; false, no and off mean no."""
    item = read("survey", but(SURVEY, "minimum_group: 5", f"minimum_group: 5\nreminder: {written}"))

    assert isinstance(item, Survey)
    assert item.reminder is meant


def test_neither_yes_nor_no() -> None:
    """Anything else is refused."""
    assert said("survey", but(SURVEY, "minimum_group: 5", "minimum_group: 5\nreminder: maybe")) == [
        'line 7: `reminder` is "maybe". Write true or false.'
    ]


@pytest.mark.parametrize("written", ["ten", "10.5", "10 min", "1e1"])
def test_a_number_must_be_whole(written: str) -> None:
    """Minutes are whole numbers; the message shows one."""
    assert said("guide", but(GUIDE, "    minutes: 10", f"    minutes: {written}"))[0] == (
        f'line 15: `minutes` is "{written}", not a whole number. Write e.g. `minutes: 10`.'
    )


@pytest.mark.parametrize("written", ["0,4", "40", "40 %", "-0.1", "1.5"])
def test_a_share_is_a_part_of_one(written: str) -> None:
    """A share is written as a part of 1, and 40 is not silently 4000 %."""
    assert said("move", but(MOVE, "0.40", f'"{written}"')) == [
        f'line 4: `above` is "{written}". Write a part of 1, e.g. 0.40 for 40 %.'
    ]


def test_a_good_share() -> None:
    """0.40 is two fifths."""
    item = read("move", MOVE)

    assert isinstance(item, Move)
    assert item.when.above == 0.4


def test_a_text_cut_by_a_number_sign_is_told() -> None:
    """What stands after a # in an unquoted text would be lost, so it is refused."""
    assert said("ground_rules", but(RULES, '"Core rules"', "Rules of team#4")) == []
    assert said("ground_rules", but(RULES, '"Core rules"', "Our # one rules")) == [
        "line 3: `title` ends at the #. Put quotes around the whole text."
    ]


def test_a_comment_behind_quotes_is_fine() -> None:
    """A comment after a quoted text, or after a number, is only a comment."""
    assert said("checkin_category", but(CATEGORY, "depth: 1", "depth: 1   # light")) == []
    assert said("checkin_category", but(CATEGORY, '"Learned this week"', '"Learned" # short')) == []


def test_a_text_that_begins_with_a_placeholder_needs_quotes() -> None:
    """{goal} at the start of an unquoted text is read as a list of fields; the message says what to do."""
    assert said("ground_rules", but(RULES, '"Pass is always fine."', "{goal}")) == [
        "line 6: the text of `text` begins with a brace. Put quotes around the whole text."
    ]


def test_an_empty_value_is_told() -> None:
    """A field without a value is neither nothing nor false."""
    assert said("ground_rules", but(RULES, '"Core rules"', "")) == [
        "line 3: `title` is empty. Write something after the colon, or take the line out."
    ]


def test_a_list_for_a_text_and_a_text_for_a_list() -> None:
    """A value of the wrong shape is told in words, not with types."""
    assert said("ground_rules", but(RULES, '"Core rules"', '["Core", "rules"]')) == [
        "line 3: `title` should be one text, not a list. Put quotes around the text."
    ]
    assert said("move", but(MOVE, '["Who sees it differently?"]', '"Who?"')) == [
        "line 5: `say` should be a list. Begin each entry with a hyphen."
    ]
    assert said("ground_rules", but(RULES, "  - id: pass\n    text", "  - no fields\n  - id: pass\n    text")) == [
        "line 5: each entry of `rules` is a rule with fields. Write `- id: ...` and the rest below."
    ]


MISTAKES = {
    "tab": (
        "kind: guide\n\tid: x\n",
        "line 2: a tab stands where spaces belong. Indent with spaces, two for each level.",
    ),
    "colon": (
        "kind: guide\ntitle: One: two\n",
        "line 2: there is a second colon in this line, or the line is indented too far. "
        "Put quotes around a text with a colon; keep fields of one thing in one column.",
    ),
    "quote": (
        'kind: guide\ntitle: "Never closed\nid: x\n',
        'line 2: a quotation mark is opened and not closed as expected. Close it; inside "…" write \\" for a '
        "quotation mark.",
    ),
    "no colon": (
        "kind: guide\ntitle\nid: x\n",
        'line 2: this line has no colon. Write it as `field: "text"`, and put longer texts in quotes.',
    ),
    "sign": (
        "kind: guide\ntitle: @home\n",
        "line 2: a text begins with a sign that means something else here. Put quotes around the whole text.",
    ),
    "column": (
        "kind: guide\nsteps:\n  - id: a\n   kind: b\n",
        "line 4: this line does not fit the lines above. "
        "Keep fields of one thing in one column, and put texts in quotes.",
    ),
    "twice": (
        "kind: guide\nid: a\nid: b\n",
        "line 3: `id` is here twice, first in line 2. Keep one of them.",
    ),
    "alias": (
        "kind: guide\ntitle: *other\n",
        "line 2: & and * at the start of a value point to other places. Write the text out, in quotes.",
    ),
    "anchor": (
        "kind: guide\ntitle: &here text\n",
        "line 2: & and * at the start of a value point to other places. Write the text out, in quotes.",
    ),
    "tag": (
        "kind: guide\ntitle: !!python/name:os.system x\n",
        "line 2: `tag:yaml.org,2002:python/name:os.system` is not needed. Take it out, or put the text in quotes.",
    ),
    "list": ("- kind: guide\n", "line 1: the file does not begin with fields. Begin with e.g. `kind: guide`."),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_slip_of_the_hand_is_explained(mistake: str) -> None:
    """The usual mistakes in YAML get a line and a remedy without the parser's words."""
    text, message = MISTAKES[mistake]

    assert message in said("guide", text)


def test_nothing_at_all() -> None:
    """An empty text, or one of comments only, is told as such."""
    assert said("guide", "# nothing yet\n") == ["x.yml: there is nothing in it. Send a guide by itself."]


def test_two_things_in_one_text() -> None:
    """Only one thing is taken at a time."""
    assert said("ground_rules", f"{RULES}---\n{RULES}") == [
        "x.yml: there are 2 things in it, separated by ---. Send a set of ground rules by itself."
    ]


def test_deep_nesting_is_refused() -> None:
    """A text nested like an attack is refused before it costs anything."""
    deep = "kind: guide\nsteps: " + "[" * 2000 + "]" * 2000

    assert said("guide", deep) == ["line 2: lists and fields are nested too deep. Keep to the layout of the examples."]


@given(st.text(max_size=400))
def test_any_text_gives_problems_and_never_an_exception(text: str) -> None:
    """Whatever is sent, the answer is an item or problems with a line inside the text."""
    item, problems = validate_text("guide", text, "sent.yml")

    assert (item is None) == bool(problems)
    assert all(
        0 <= problem.line <= text.count("\n") + text.count("\r") + text.count("\x85") + 3 for problem in problems
    )
    assert all(problem.what and problem.remedy for problem in problems)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=40))
def test_a_quoted_text_is_read_as_typed(text: str) -> None:
    """Between double quotes every text comes through unchanged."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    try:
        found, _ = documents(f'title: "{quoted}"\n', "x.yml")
    except Unreadable:  # the parser refuses a few code points that nobody can see
        assert any(ord(character) > 0xD7FF or ord(character) < 0xA0 for character in text)
        return

    assert found[0].pairs["title"].value == text  # type: ignore[union-attr]
