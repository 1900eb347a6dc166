"""What Teams sends, in the bot's own words. Plain dicts in, no SDK."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

Raw = Mapping[str, Any]


class Reference(TypedDict):
    """Where a conversation is reached. Our own row, refreshed with every activity from it."""

    service_url: str  # moves between regions now and then: the newest one counts
    conversation: str  # without a thread
    tenant: str
    bot: str


def tenant_of(activity: Raw) -> str:
    """The tenant an activity comes from, the boundary of all data; empty when it names none.

    It is read from channelData: the SDK's own field is always empty, as it looks for another spelling.
    """
    tenant = _dict(_dict(activity.get("channelData")).get("tenant")).get("id")
    return tenant if isinstance(tenant, str) else ""


def reference_of(activity: Raw) -> Reference:
    """How to reach the conversation that an activity came from, later and unasked."""
    conversation = str(_dict(activity.get("conversation")).get("id", ""))
    return Reference(
        service_url=str(activity.get("serviceUrl", "")),
        conversation=conversation.partition(";")[0],
        tenant=tenant_of(activity),
        bot=str(_dict(activity.get("recipient")).get("id", "")),
    )


def spoken(activity: Raw) -> str:
    """What a person typed, without the mention that called the bot.

    Only what the mention entity marks is taken out, so the bot's name may stand elsewhere in the sentence.
    """
    text = str(activity.get("text") or "")
    bot = _dict(activity.get("recipient")).get("id")
    for mention in mentions_in(activity):
        mentioned = _dict(mention.get("mentioned"))
        if mentioned.get("id") == bot:
            text = text.replace(mention.get("text") or f"<at>{mentioned.get('name', '')}</at>", " ", 1)
    return " ".join(html.unescape(text).split())


def mentions_in(activity: Raw) -> Iterator[Raw]:
    """The mention entities of an activity, in the order Teams lists them."""
    for entity in activity.get("entities") or ():
        if isinstance(entity, dict) and entity.get("type") == "mention":
            yield entity


def zone_of(activity: Raw) -> str | None:
    """The time zone of the person who acted, as an IANA name, where their client tells it."""
    for entity in activity.get("entities") or ():
        if isinstance(entity, dict) and entity.get("type") == "clientInfo" and entity.get("timezone"):
            return str(entity["timezone"])
    zone = activity.get("localTimezone")
    return str(zone) if zone else None


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
