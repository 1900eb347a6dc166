"""Fields: required ones, unknown ones, ids, lengths and placeholders, each with its exact message."""

from __future__ import annotations

import pytest

from bot.kernel.content import Move, Role, Template
from tests.library.samples import CATEGORY, GUIDE, MOVE, ROLE, RULES, SURVEY, TAGS, TEMPLATE, but, read, said

GOOD = {
    "checkin_category": CATEGORY,
    "guide": GUIDE,
    "survey": SURVEY,
    "role": ROLE,
    "ground_rules": RULES,
    "move": MOVE,
    "template": TEMPLATE,
    "tags": TAGS,
}


@pytest.mark.parametrize("kind", GOOD)
def test_the_samples_are_good(kind: str) -> None:
    """Each kind has a small file that passes, so that the tests spoil one thing at a time."""
    assert said(kind, GOOD[kind]) == []


def test_a_missing_field_is_told_with_an_example() -> None:
    """What is required and not there is named, with how it could look."""
    assert said("ground_rules", but(RULES, 'title: "Core rules"\n', "")) == [
        'line 1: `title` is missing. Add e.g. `title: "Core rules"`.'
    ]


def test_a_wrong_kind_is_told() -> None:
    """A file that says another kind than it is read as is refused."""
    assert said("guide", but(GUIDE, "kind: guide", "kind: survey")) == [
        'line 1: `kind` is "survey", and the file lies with guide. Write `kind: guide`, or move the file to surveys/.'
    ]


def test_an_unknown_field_gets_a_suggestion() -> None:
    """A misspelt field names the one that was meant, and the missing one is not told a second time."""
    assert said("guide", but(GUIDE, "    minutes: 10", "    minuts: 10")) == [
        "line 15: a step has no field `minuts`. Did you mean `minutes`?"
    ]


def test_an_unknown_field_like_nothing_else() -> None:
    """A field that resembles none gets the list of those there are."""
    assert said("ground_rules", but(RULES, "  - id: pass", "  - id: pass\n    colour: red")) == [
        "line 6: a rule has no field `colour`. It may have: id, text, why."
    ]


def test_a_value_that_is_not_allowed_gets_a_suggestion() -> None:
    """A misspelt value names the one that was meant, and all there are."""
    assert said("guide", but(GUIDE, "mode: live", "mode: lve")) == [
        'line 7: `mode` is "lve". Did you mean `live`? It may be: live, async.'
    ]


@pytest.mark.parametrize(
    ("written", "fitting"),
    [("Core", "core"), ("our rules", "our-rules"), ("-core", "core"), ("regeln_für", "regeln_f-r")],
)
def test_an_id_has_plain_characters(written: str, fitting: str) -> None:
    """An id is made of lower-case letters, digits, hyphen and underscore; the message offers one."""
    assert said("ground_rules", but(RULES, "id: core", f'id: "{written}"')) == [
        f'line 2: `id` is "{written}". Use lower-case letters, digits, hyphen and underscore only, e.g. `{fitting}`.'
    ]


def test_an_id_is_not_endless() -> None:
    """An id travels in buttons, so its length is limited."""
    assert said("ground_rules", but(RULES, "id: core", f"id: {'a' * 41}")) == [
        "line 2: `id` has 41 characters. At most 40 fit."
    ]


@pytest.mark.parametrize("written", ["M8", "m08", "M008", "redirect"])
def test_a_move_is_called_m_and_two_digits(written: str) -> None:
    """Moves have ids of their own form."""
    assert said("move", but(MOVE, "id: M08", f"id: {written}")) == [
        f'line 2: `id` is "{written}". A move is called M and two digits, such as M08.'
    ]


def test_a_field_may_not_stand_twice() -> None:
    """The ordinary loader would keep the last of two equal fields without a word."""
    assert said("checkin_category", but(CATEGORY, "depth: 1", "depth: 1\ndepth: 3")) == [
        "line 6: `depth` is here twice, first in line 5. Keep one of them."
    ]


def test_ids_in_one_file_are_different() -> None:
    """Two prompts with one id are told with both lines."""
    assert said("checkin_category", but(CATEGORY, "learned-02", "learned-01")) == [
        "line 9: the id `learned-01` is already used in line 7. Give this prompt another id."
    ]


LENGTHS = [
    ("ground_rules", RULES, '"Core rules"', "title", 60),
    ("checkin_category", CATEGORY, '"Which small trick saved you time?"', "text", 280),
    ("guide", GUIDE, '"Where does {topic} show up in your work?"', "text", 200),
    ("survey", SURVEY, '"The session was worth the time."', "text", 200),
    ("ground_rules", RULES, '"Pass is always fine."', "text", 120),
    ("move", MOVE, '"Who sees it differently?"', "say", 160),
    ("role", ROLE, '"Protect the breaks."', "duties", 160),
    ("tags", TAGS, '"Team building"', "title", 24),
]


@pytest.mark.parametrize(("kind", "text", "old", "field", "most"), LENGTHS)
def test_a_text_is_as_long_as_it_may_be(kind: str, text: str, old: str, field: str, most: int) -> None:
    """The longest text passes, and one character more is told with both numbers."""
    assert said(kind, but(text, old, f'"{"x" * most}"')) == []
    (message,) = said(kind, but(text, old, f'"{"x" * (most + 1)}"'))
    assert message.endswith(f": `{field}` has {most + 1} characters. At most {most} fit.")


def test_an_answer_button_is_short() -> None:
    """Answers to tap are buttons, so 24 characters."""
    choices = f'    text: "Which?"\n    choices: ["Yes", "{"x" * 25}"]\n  - id: learned-03\n    text: '
    assert said("checkin_category", but(CATEGORY, '    text: "What do you', choices + '"What do you')) == [
        "line 9: `choices` has 25 characters. At most 24 fit."
    ]


def test_a_short_text_is_one_line() -> None:
    """A title with a line break would break a card."""
    assert said("ground_rules", but(RULES, '"Core rules"', '"Core\\nrules"')) == [
        "line 3: `title` has more than one line. Write it in one line, in quotes."
    ]


def test_placeholders_come_from_a_list() -> None:
    """A misspelt placeholder names the one that was meant, and all there are."""
    known = "There are {team}, {goal}, {topic}, {name}, {leader}, {rule}, {step}, {date}."
    assert said("guide", but(GUIDE, "{topic}", "{topics}")) == [
        f"line 25: {{topics}} is not a placeholder. Did you mean {{topic}}? {known}"
    ]
    assert said("guide", but(GUIDE, "{topic}", "{}")) == [f"line 25: {{}} is not a placeholder. {known}"]


def test_a_lonely_brace_is_told() -> None:
    """A brace without its partner is a placeholder that would be shown as typed."""
    assert said("guide", but(GUIDE, "{topic}", "{topic")) == [
        "line 25: a brace stands alone. Write placeholders as {topic}, and no other braces."
    ]


def test_a_depth_is_one_two_or_three() -> None:
    """Numbers outside their range are told with the range."""
    assert said("checkin_category", but(CATEGORY, "depth: 1", "depth: 4")) == [
        "line 5: `depth` is 4. Write a number from 1 to 3."
    ]


def test_a_role_has_three_to_five_duties() -> None:
    """Lists that are too short are told with what is wanted."""
    assert said("role", but(ROLE, '  - "Protect the breaks."\n', "")) == [
        "line 6: `duties` has 2 entries. It should have 3 to 5."
    ]


def test_a_role_reads_its_checklist_from_the_markdown() -> None:
    """Boxes in the text are the first-time checklist, and the text is kept."""
    item = read("role", ROLE)

    assert isinstance(item, Role)
    assert item.checklist == ("Find the buttons.",)
    assert item.body.startswith("Keeps the time.")


def test_a_role_without_a_head() -> None:
    """A Markdown file that does not begin with fields is told how to begin."""
    assert said("role", "# Timekeeper\n") == [
        "line 1: the head is missing. Begin the file with a line ---, the fields, and a line ---."
    ]
    assert said("role", "---\n---\ntext\n") == ["line 2: the head is empty. Begin with e.g. `kind: role`."]


def test_lines_of_a_role_count_from_the_top_of_the_file() -> None:
    """The --- line of the head is line 1."""
    assert said("role", but(ROLE, "rotates: session", "rotates: daily")) == [
        'line 5: `rotates` is "daily". It may be: session, week, month, set.'
    ]


def test_a_move_without_a_signal_is_for_the_menu() -> None:
    """A move may leave `when` out; then only people choose it."""
    item = read("move", but(MOVE, "when: {signal: top_share, above: 0.40}\n", ""))

    assert isinstance(item, Move)
    assert item.when.signal == "manual"
    assert item.cooldown_minutes == 10


def test_a_signal_takes_its_own_numbers() -> None:
    """A number that a signal needs is asked for, and one that it ignores is refused."""
    assert said("move", but(MOVE, ", above: 0.40", "")) == [
        "line 4: the signal top_share needs `above`. Add `above` to `when`."
    ]
    assert said("move", but(MOVE, "above: 0.40", "above: 0.40, minutes: 3")) == [
        "line 4: `minutes` means nothing to the signal top_share. It takes above."
    ]


@pytest.mark.parametrize(
    ("written", "weeks"), [("week", 1), ("weekly", 1), ("2 weeks", 2), ("12 weeks", 12), ("1 week", 1)]
)
def test_a_rhythm_in_weeks(written: str, weeks: int) -> None:
    """Weekly and every so many weeks are written in words."""
    item = read("template", but(TEMPLATE, "every: week", f"every: {written}"))

    assert isinstance(item, Template)
    assert item.rhythm[0].weeks == weeks


def test_a_monthly_rhythm_names_its_week() -> None:
    """The n-th weekday of a month needs its n, and only there."""
    item = read("template", but(TEMPLATE, "every: week", "every: month, nth: -1"))

    assert isinstance(item, Template)
    assert (item.rhythm[0].weeks, item.rhythm[0].nth) == (0, -1)
    assert said("template", but(TEMPLATE, "every: week", "every: month")) == [
        "line 5: a monthly line needs `nth`. Write 1 to 4, or -1 for the last in a month."
    ]
    assert said("template", but(TEMPLATE, "every: week", "every: week, nth: 1")) == [
        "line 5: `nth` is for monthly lines. Take it out, or write `every: month`."
    ]
    assert said("template", but(TEMPLATE, "every: week", "every: fortnight")) == [
        'line 5: `every` is "fortnight". Write week, 2 weeks (up to 12 weeks) or month.'
    ]


def test_a_guide_in_a_rhythm_is_named_by_its_id() -> None:
    """A line about a guide needs an id, one about a check-in has none."""
    assert said("template", but(TEMPLATE, "what: checkin, every: week", "what: guide, every: week")) == [
        "line 5: `id` is missing. Add e.g. `id: ...`.",
        "line 5: a guide has no `category`. Take it out, or name an `id`.",
    ]
    assert said("template", but(TEMPLATE, "category: learned", "id: learned")) == [
        "line 5: a checkin has no `id`. Take it out, or name a `category`."
    ]


def test_hiding_is_for_files() -> None:
    """Somebody who sends a guide cannot hide one with it."""
    assert said("guide", "kind: guide\nid: learning-hour\nhidden: true\n") == [
        "line 3: `hidden` is for files in custom/. Take it out."
    ]


def test_a_language_is_a_short_form() -> None:
    """Languages are written as en, de or pt-BR."""
    assert said("ground_rules", but(RULES, "id: core", "id: core\nlanguage: English")) == [
        'line 3: `language` is "English". Write its short form, such as en, de or pt-BR.'
    ]


def test_the_page_of_a_role_is_no_field() -> None:
    """The text of a role stands behind its head."""
    assert said("role", but(ROLE, "rotates: session", "rotates: session\nbody: text")) == [
        "line 6: `body` is not a field of the head. Write it after the second ---."
    ]


def test_fields_where_a_text_belongs() -> None:
    """A text that became fields by an unquoted colon is told."""
    assert said("ground_rules", but(RULES, 'title: "Core rules"', "title:\n  Core: rules")) == [
        "line 4: `title` should be one text. Put quotes around it if it holds a colon."
    ]


def test_a_text_where_fields_belong() -> None:
    """What needs fields of its own is told so."""
    assert said("move", but(MOVE, "{signal: top_share, above: 0.40}", "later")) == [
        "line 4: `when` should have fields of its own. Write them indented, one a line."
    ]
