"""The content of prompts/: read, checked, and kept usable whatever somebody typed into it.

`load` reads everything, `validate_text` one thing that was sent, `check` is for `moderato check`. The values they give
are in bot.kernel.content; problems are values too, never exceptions.
"""

from bot.library.load import check, load, validate_text

__all__ = ["check", "load", "validate_text"]
