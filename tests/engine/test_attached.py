"""What is said about a file whose name nobody told."""

from __future__ import annotations

from bot.engine import attached


def test_a_file_without_a_name_is_called_the_file_in_mid_sentence() -> None:
    """A file that came without a name is "the file" inside a sentence, and "The file" where it opens one."""
    assert attached.not_allowed("", "Ask somebody.").card.title == "I may not open the file"
    assert attached.not_fetched("").card.title == "The file did not arrive"
