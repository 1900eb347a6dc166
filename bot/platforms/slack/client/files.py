"""Files that people send to the bot. The bot's token goes to Slack alone, and only with `files:read`."""

from __future__ import annotations

import aiohttp
from yarl import URL

from bot.engine import attached
from bot.engine.attached import MOST_BYTES, Attached, not_allowed, not_fetched, too_large
from bot.platforms.slack.client.wire import TroubleError, Wire

TIMEOUT = aiohttp.ClientTimeout(total=15.0)  # seconds
LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
REMEDY = 'Whoever looks after the Slack app can allow it: the scope files:read under "OAuth & Permissions".'


async def fetched(wire: Wire, workspace: str, file: Attached) -> str:
    """The command that stands for *file*, read from Slack now. Raises NotTakenError, which says why not."""
    try:
        told = (await wire.call(workspace, "files.info", file=file.where)).get("file")
    except TroubleError as trouble:
        raise (not_allowed(file.name, REMEDY) if trouble.error == "missing_scope" else not_fetched(file.name)) from None
    if not isinstance(told, dict):
        raise not_fetched(file.name)
    name = str(told.get("name") or file.name)
    if not Attached(name, "").is_guide and told.get("filetype") != "yaml":
        raise attached.no_guide(name)
    size = told.get("size")
    if isinstance(size, int) and size > MOST_BYTES:
        raise too_large(name)
    return attached.command(name, await _content(wire, workspace, name, str(told.get("url_private_download") or "")))


async def _content(wire: Wire, workspace: str, name: str, address: str) -> bytes:
    install = await wire.installs.find(workspace)
    if install is None or not is_slack(address, wire.api_url):
        raise not_fetched(name)
    session = wire.client().session
    assert session is not None
    headers = {"Authorization": f"Bearer {install.token}"}
    try:
        # A redirect leads to the sign-in page, or elsewhere: the token is not carried there.
        async with session.get(URL(address), headers=headers, allow_redirects=False, timeout=TIMEOUT) as answer:
            if answer.status != 200 or answer.content_type == "text/html":
                raise not_fetched(name)
            raw = b""
            async for part in answer.content.iter_chunked(16 * 1024):
                raw += part
                if len(raw) > MOST_BYTES:
                    raise too_large(name)
            return raw
    except (aiohttp.ClientError, TimeoutError):
        raise not_fetched(name) from None


def is_slack(address: str, api_url: str) -> bool:
    """Whether an address belongs to the Slack that is configured: its host or one below it, over https.

    A Slack on this machine is that one server alone.
    """
    try:
        url, api = URL(address), URL(api_url)
    except ValueError:
        return False
    if not url.host or not api.host or url.user is not None or url.password is not None:
        return False
    if api.host in LOCAL:
        return (url.scheme, url.host, url.port) == (api.scheme, api.host, api.port)
    family = api.host.removeprefix("www.")
    return url.scheme == "https" and url.port == 443 and (url.host == family or url.host.endswith(f".{family}"))
