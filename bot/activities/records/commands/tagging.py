"""Tags of records: as somebody writes them, and later for those that were filed without any."""

from __future__ import annotations

from bot.activities.records.cards.archivist import MOST_TAGS, untagged_form
from bot.activities.records.events import TagsGiven
from bot.kernel.activity import Aimed, Context, Kept, Shown
from bot.kernel.decision import Correct, Refused, Show
from bot.kernel.ids import SessionId, in_team
from bot.kernel.inbound import FormSubmitted

MOST = 5  # records in one form
TOO_MANY = f"At most {MOST_TAGS} tags of up to 40 characters each."
NONE_LEFT = Refused("Every record has tags by now. Nothing changed.")


def read(text: str) -> tuple[str, ...]:
    """`Import, #week` as `import` and `week`."""
    tags = dict.fromkeys(" ".join(tag.split()).lower().strip("# ") for tag in text.split(","))
    return tuple(tag for tag in tags if tag)


def too_many(tags: tuple[str, ...]) -> bool:
    return len(tags) > MOST_TAGS or any(len(tag) > 40 for tag in tags)


def asked(session: SessionId, context: Context) -> Shown | Refused:
    records = [(fact.key, str(fact.row.get("title"))) for fact in _untagged(context)[:MOST]]
    return Shown(Show(untagged_form(session, records))) if records else NONE_LEFT


def given(form: FormSubmitted, context: Context) -> Aimed | Refused | Shown:
    assert context.team is not None
    bare = {fact.key: fact for fact in _untagged(context)}
    errors, rows = {}, []
    for number, key in enumerate(form.action.argument.split()):
        tags = read(form.text(f"tags{number}"))
        if too_many(tags):
            errors[f"tags{number}"] = TOO_MANY
        elif tags and key in bare:
            fact = bare[key]
            since = {"filed": fact.at.isoformat()} if fact.at and "filed" not in fact.row else {}
            rows.append((key, {**fact.row, **since, "tags": list(tags)}))
    if errors:
        return Shown(Correct(errors))
    if not rows:
        return NONE_LEFT if not bare else Refused("No tags were given. Nothing changed.")
    id_ = in_team(context.new_session, context.team.id)
    return Aimed(id_, TagsGiven(id_, tuple(rows)))


def _untagged(context: Context) -> list[Kept]:
    return [fact for fact in context.facts("filed") if fact.row.get("kind") == "recap" and not fact.row.get("tags")]
