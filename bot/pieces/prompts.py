"""Which question comes next: none that was used lately, none too deep, categories in the order of a plan."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from bot.kernel.chance import shuffled
from bot.kernel.content import CheckinCategory, Prompt

NO_REPEAT = 20  # uses before a question comes again, if there are enough
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def pick_prompt(
    categories: Sequence[CheckinCategory],
    used: Sequence[str],
    *,
    seed: int,
    depth: int = 3,
    skip: Container[str] = (),
    known: Container[str] = (),
) -> tuple[CheckinCategory, Prompt] | None:
    """The next question, from the first of *categories* that has a fresh one.

    *used*: ids of questions asked before, newest first. *depth*: how personal it may be, 1 to 3. *skip*: ids that
    are never asked. *known*: placeholders that can be filled in; a question with another one is not asked. If
    everything was used lately, the one that was used longest ago. None if nothing fits at all.
    """
    fitting = [
        (category, prompt)
        for category in categories
        if category.depth <= depth
        for prompt in category.prompts
        if prompt.id not in skip and all(name in known for name in _PLACEHOLDER.findall(prompt.text))
    ]
    lately = set(used[:NO_REPEAT])
    for category in categories:
        fresh = [prompt for of, prompt in fitting if of is category and prompt.id not in lately]
        never = [prompt for prompt in fresh if prompt.id not in used]
        if fresh:
            return category, shuffled(never or fresh, seed)[0]
    age = {prompt: n for n, prompt in reversed(list(enumerate(used)))}
    return max(fitting, key=lambda one: age[one[1].id], default=None)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; one that is not known stays as it is."""
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), text)
