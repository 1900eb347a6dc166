"""Links as people paste them: which are the same, and what they are called where nobody named them."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

MOST_LINK = 500  # characters
NO_LINK = "A link begins with https:// and a name with a dot in it."
TOO_LONG = f"A link of up to {MOST_LINK} characters. Most work without what stands behind the question mark."
SIGNED_IN = "This link carries a name or a password before the @. Take that part out; everyone here would read it."
# What says where a click came from, and changes nothing about the page.
TRACKING = re.compile(r"(?:utm_.*|mc_[ce]id|fbclid|gclid|dclid|msclkid|igshid|yclid|_hs(?:enc|mi)|ref_src|si)", re.I)
PORTS = {"http": 80, "https": 443}


def read(text: str) -> str:
    """The link in *text*, ready to be opened. Raises ValueError with a sentence for whoever typed it."""
    link = text.strip().strip("<>").rstrip(".,;")
    if not re.match(r"[a-z][a-z0-9+.-]*:", link, re.I) and re.match(r"[\w-]+(?:\.[\w-]+)+(?:[/?#:]|$)", link):
        link = f"https://{link}"
    if len(link) > MOST_LINK:
        raise ValueError(TOO_LONG)
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(NO_LINK) from None
    if parts.scheme not in PORTS or re.search(r"[\s<>\"|]", link) or not _is_name(host):
        raise ValueError(NO_LINK)
    if "@" in parts.netloc:
        raise ValueError(SIGNED_IN)
    return link


def same(link: str) -> str:
    """What two links to one page have in common.

    Without the scheme, the spelling of the host, a last slash, the place in the page, and what only tracks readers;
    what is asked of the page counts, in any order.
    """
    parts = urlsplit(link)
    port = f":{parts.port}" if parts.port and parts.port != PORTS.get(parts.scheme) else ""
    asked = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0]))
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{(parts.hostname or '').rstrip('.')}{port}{unquote(parts.path).rstrip('/')}{query}{_app(parts)}"


def called(link: str) -> str:
    """`example.org, handover guide`: a name that can be read aloud, for a link nobody gave one."""
    parts = urlsplit(link)
    host = (parts.hostname or "").removeprefix("www.")
    steps = [step for step in unquote(parts.path).split("/") if step]
    last = re.sub(r"\.[a-z]{2,5}$", "", steps[-1]) if steps else ""
    words = " ".join(re.findall(r"[^\W_]+", last))
    return f"{host}, {words}" if words and len(words) <= 60 else host


def _is_name(host: str) -> bool:
    """A name with a dot in it; an address in numbers says nothing to anybody."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return "." in host.strip(".")
    return False


def _app(parts: SplitResult) -> str:
    """Some pages are told apart by what stands behind `#/` or `#!` alone."""
    return f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
