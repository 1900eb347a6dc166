"""The kinds of facts that surveys keep."""

from __future__ import annotations

FORM = "pulse_form"  # the survey as a wave asks it, and the marks of names that no anonymous answer may hold
LIVE = "pulse_open"  # a wave that is open, or that waits for its second half
RESULT = "pulse"  # what was shown of a wave, once and for ever
SCHEDULED = "pulse_schedule"  # which survey comes back in this team
PROGRAMME = "pulse_programme"  # a programme that is measured on four levels
RECEIPT = "pulse_receipt"  # where somebody's part stands, without a moment
NAMED = "pulse_named"  # an answer with a name
ANSWER, WORDS, PAIR = "pulse_answer", "pulse_words", "pulse_pair"  # what was sealed, once it is open
RAW = (ANSWER, WORDS, PAIR)
