"""The guides and surveys that ship, beyond what holds for all content: their outlines, and that they work in a team."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from bot.kernel.content import CAPABILITIES, Guide, Library
from bot.library import load

PROMPTS = Path(__file__).parent.parent / "prompts"

# id | title | minutes | steps with their minutes, * marks the flexible one
GUIDES = """
learning-hour | Learning hour | 60 | Check-in round 10; Guided discussion* 30; Questions or pairs 15; Recap 5
weekly-25 | Short weekly check-in | 25 | Arrive 2; Win or challenge round 12; Help with one challenge* 6; Actions 3;\
 Close 2
first-meeting | Founding meeting | 75 | Welcome and check-in 10; Who we are, what we bring 15;\
 What each wants from this 15; First vision lines* 15; Ground rules 10; Rhythm and roles 5; One breath 5
vision-workshop | Vision and measures | 75 | Check-in 8; Silent notes on a proud future 10; Cluster 12;\
 Draft in pairs* 15; Merge and consent 12; Choose measures 13; Close 5
ground-rules | Ground rules | 35 | Why rules 3; Best and worst groups in pairs 8; Notes 7; Merge* 8;\
 What if one is broken 6; Agree 3
readiness | Readiness talk | 60 | Frame 5; Look at results 10; Culture 12; Leadership and structure 12;\
 Tools and workflow* 10; Gaps and owners 8; Close 3
checkpoint-3m | Three-month checkpoint | 60 | Check-in 6; Story so far in numbers 8; Goals: keep, change, drop* 12;\
 Whose voice 10; Who is missing 10; Decide changes 10; Close 4
renew-or-close | Renew, reshape or close | 60 | Round on gains 12; Goals review 12; Options 8; Note and vote* 12;\
 Next chapter or handover 12; Thanks 4
deep-dive | Deep dive | 75 | Check-in 8; Teach-in 15; Question storm 7; Guided discussion* 25; Use in own work 12;\
 Recap 8
peer-workshop | Peer-led workshop | 90 | Check-in 8; Show 20; Try in pairs* 20; Break 7; Compare and feedback 20;\
 Project brief 10; Micro-evaluation and close 5
project-showback | Project show-back | 45 | Round 5; Demos* 24; Keep, question, try 10; Update living product 4; Close 2
case-study | Case study | 60 | Read and note 8; Core difficulties in groups 15; Propose a strategy* 15; Share out 12;\
 What it means for us 6; Recap and actions 4
case-clinic | Case clinic | 50 | Case 7; Clarifying questions 8; Pairs think 15; Group thinks, giver listens* 10;\
 Giver answers 5; Next step 3; One breath 2
guest-speaker | Guest Q&A | 60 | Welcome and check-in 5; Story 15; Ranked questions* 25; Use in pairs 8; Share out 4;\
 Thanks and next 3
book-club | Book club | 60 | One-line check-in 8; First question round 12; Two own questions* 20;\
 Link to work in pairs 12; Takeaways and next pages 8
journal-club | Article club | 45 | Summary 6; Clarify 5; Strengths and doubts, notes first 12; Could we use it* 14;\
 One try-out 5; Close 3
note-and-vote | Note and vote | 30 | Frame 4; Silent notes 6; Pick own best two 3; Read out 5; Silent vote 3;\
 Decide with reasons* 6; Record 3
retrospective | Blameless review | 60 | Safety and rules 5; Timeline together 12; Silent notes 8; Cluster and vote 10;\
 Dig into two* 15; Actions 7; One breath 3
mistakes-hour | What I got wrong | 40 | Leader starts 5; Pairs 10; Volunteers tell* 15; What we will try 7; Close 3
disagree-well | Disagreeing well | 45 | Check-in 5; State both sides fairly 10;\
 Strongest case for the other side 10; Common ground and test* 13; Next step 5; Close 2
teach-back | Teach-back in pairs | 30 | Pick topics 3; A explains 8; Questions 4; B explains 8; Questions 4;\
 What is still fuzzy* 3
reverse-mentoring | Reverse mentoring | 45 | Aim 5; Junior shows 15; Senior tries* 10; Wider view 8; Next time 5;\
 Takeaway 2
buddy-first | First buddy meeting | 30 | Hello 5; How I like to work 8; Good to know here* 8; First questions 6;\
 Our rhythm 3
paired-walk | Paired walk | 30 | Question and pairs 3; Out, A speaks 11; Back, B speaks 11; Share one thing* 5
cross-team-exchange | Exchange between teams | 60 | Check-in 8; What we do and need 16; Map overlaps 14;\
 One joint problem* 14; One agreement 5; Close 3
leader-reflection | Leaders' reflection | 45 | Check-in 5; Silent look at eight themes 8; Pairs 12;\
 Share one gap* 12; One act each 6; Close 2
learning-day | Half learning day | 180 | Opening 10; Block one 45; Break 15; Block two* 40; Paired walk 20; Break 10;\
 Share out 25; Actions and close 15
focus-group | Focus group | 50 | Consent and aim 5; Warm-up 5; Three questions* 28; What we would change 9; Close 3
"""

# id | title | mode | number of questions
SURVEYS = """
psych-safety | Safe to speak | anonymous | 7
team-pulse | Three-question pulse | anonymous | 3
session-micro | Three short questions about the session | anonymous | 3
voice-inclusion | Voice and inclusion | anonymous | 6
belonging | Belonging and connection | anonymous | 6
readiness | Organisational readiness | anonymous | 15
reaction | L1 Reaction | anonymous | 5
learning-prepost | L2 Learning | linked | 5
application | L3 Application | anonymous | 7
results | L4 Results | named | 5
recommend | Recommendation question | anonymous | 2
facilitator-feedback | To the facilitator | anonymous | 5
facilitator-self-check | Self-check | named | 6
rules-health | Ground rules alive? | anonymous | 5
leader-modelling | Leaders' example | anonymous | 6
newcomer-30-60-90 | First 90 days | anonymous | 6
pair-feedback | Pair check | named | 3
guide-micro | Was this guide good? | anonymous | 4
skills-needs | Skills and needs | anonymous | 6
tools-noise | Tools and workflow | anonymous | 8
bot-noise | About this bot | anonymous | 2
exit | Leaving | anonymous | 4
"""


@cache
def library() -> Library:
    """Everything that ships, also what waits for a capability."""
    return load(PROMPTS, built=frozenset(CAPABILITIES))[0]


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def outline(guide: Guide) -> str:
    """A guide as the table writes it."""
    return "; ".join(f"{step.title}{'*' * step.flex} {step.minutes}" for step in guide.steps)


def live_guides() -> list[Guide]:
    return [guide for guide in library().guides.values() if guide.mode == "live"]


@pytest.mark.parametrize(("name", "title", "minutes", "steps"), rows(GUIDES), ids=[row[0] for row in rows(GUIDES)])
def test_a_guide_has_its_steps_and_minutes(name: str, title: str, minutes: str, steps: str) -> None:
    """Each of the twenty-eight guides ships with its title, its length and its steps in order."""
    guide = library().guides[name]

    assert (title, int(minutes), steps) == (guide.title, guide.total_minutes, outline(guide))


def test_people_always_see_what_a_step_wants() -> None:
    """A step shows everybody a question, a line of text, or draws a prompt; a recap shows its form."""
    bare = [f"{guide.id}: {step.id}" for guide in library().guides.values() for step in guide.steps
            if not (step.questions or step.text or step.prompt_category or step.collects)]  # fmt: skip

    assert bare == []


def test_a_scalable_guide_fits_into_half_an_hour() -> None:
    """The shortest parts of a guide that can be scaled add up to thirty minutes at most."""
    too_long = [guide.id for guide in live_guides() if guide.scalable
                and sum(step.min_minutes for step in guide.steps) > 30]  # fmt: skip

    assert too_long == []


def test_everyone_gets_a_turn_in_time() -> None:
    """A round or a closing breath is long enough for eight people, or for the largest group if that is smaller."""
    tight = [
        f"{guide.id}: {step.id}"
        for guide in live_guides()
        for step in guide.steps
        if step.seconds_per_person and step.minutes * 60 // step.seconds_per_person < min(8, guide.group_size[1])
    ]

    assert tight == []


def test_a_scalable_guide_names_no_minutes() -> None:
    """What the host says stays true when the guide is made shorter."""
    lines = [line for guide in live_guides() if guide.scalable for step in guide.steps
             if not step.think_seconds for line in (step.text, step.say)]  # fmt: skip

    assert [line for line in lines if re.search(r"\b(\d+|two|three|five|six|seven|eight|ten) minutes", line)] == []


@pytest.mark.parametrize(("name", "title", "mode", "asked"), rows(SURVEYS), ids=[row[0] for row in rows(SURVEYS)])
def test_a_survey_asks_what_it_should(name: str, title: str, mode: str, asked: str) -> None:
    """Each of the twenty-two surveys ships with its name, its mode and its number of questions."""
    survey = library().surveys[name]

    assert (title, mode, int(asked)) == (survey.title, survey.mode, len(survey.questions))


def test_only_two_surveys_are_long() -> None:
    """More than ten questions are allowed in readiness and in the before-and-after survey alone."""
    assert {"readiness", "learning-prepost"} == {each.id for each in library().surveys.values() if each.long}


def test_words_in_an_anonymous_survey_are_free() -> None:
    """No anonymous text is required, and its writer is asked whether the team may read it."""
    wrong = [f"{survey.id}: {question.id}" for survey in library().surveys.values() if survey.mode == "anonymous"
             for question in survey.questions
             if question.type == "text" and (question.required or question.share_words != "ask")]  # fmt: skip

    assert wrong == []


def test_every_statement_can_be_told_in_words() -> None:
    """Each scaled statement has a short form for results in words, and says what it is about."""
    silent = [f"{survey.id}: {question.id}" for survey in library().surveys.values() for question in survey.questions
              if question.type == "scale" and not (question.short and question.measures)]  # fmt: skip

    assert silent == []


def test_a_result_for_the_team_comes_with_a_guide_to_talk_about_it() -> None:
    """Each survey whose result the team sees is linked to a guide, so that no result is left standing alone."""
    assert [each.id for each in library().surveys.values() if each.audience == "team" and not each.guide] == []


def test_each_readiness_area_says_what_to_do_first() -> None:
    """The five areas of the readiness survey each carry an advice for when they are low."""
    indices = library().surveys["readiness"].indices

    assert len(indices) == 5
    assert all(index.advice for index in indices)


def test_small_groups_are_protected() -> None:
    """A recommendation score needs ten people, everything else that is shown five, a host's own feedback four."""
    least = {each.id: each.minimum_group for each in library().surveys.values() if each.mode != "named"}

    assert (least.pop("recommend"), least.pop("facilitator-feedback")) == (10, 4)
    assert {5} == set(least.values())
