"""The words of a fact and of a search, in one plain form, so that both databases find the same."""

from __future__ import annotations

import re
import unicodedata

MOST = 12  # words of one search; more would only narrow it to nothing


def folded(text: str) -> str:
    """Small letters without accents, only words and numbers, single spaces between."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


def query(words: str, *, postgres: bool) -> str:
    """A search for facts that have every one of these words, or words that begin so. Empty if there are none."""
    wanted = folded(words).split()[:MOST]
    if postgres:
        return " & ".join(f"'{word}':*" for word in wanted)
    return " ".join(f'"{word}"*' for word in wanted)
