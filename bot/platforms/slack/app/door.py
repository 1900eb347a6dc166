"""HTTP: who may come in. Unsigned, stale, replayed and oversized requests are refused and counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from yarl import URL

from bot.platforms.slack.app.front import REFUSED, Front

MOST_BODY = 1024 * 1024  # bytes; a full form has some tens of thousands
WINDOW = 5 * 60  # seconds a signature is good for
SWEEP = 4096  # signatures remembered before old ones are looked for


DONE = Response(media_type="text/plain")  # what nearly every press is answered with; a response holds no request


class _Clock(SdkClock):
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now().timestamp()


class Door:
    """The one address Slack calls."""

    def __init__(self, front: Front, secret: str, now: Callable[[], datetime]) -> None:
        self._front = front
        self._clock = _Clock(now)
        self._verifier = SignatureVerifier(secret, self._clock)
        self._seen: dict[str, float] = {}

    async def events(self, request: Request) -> Response:
        """Commands, interactions and events."""
        body = await _limited(request)
        if body is None:
            REFUSED.labels("too large").inc()
            return Response(status_code=413)
        headers = dict(request.headers.items())  # whose names are in lower case, as ASGI wants them
        reason = self._refusal(body, headers)
        if reason:
            REFUSED.labels(reason).inc()
            return Response(status_code=401)
        answer = await self._front.dispatch(*_unpacked(body.decode("utf-8", "replace"), headers))
        if not answer.body and answer.status == 200:
            return DONE
        kind = next(iter(answer.headers.get("content-type", ())), "text/plain")
        return Response(answer.body, status_code=answer.status, media_type=kind)

    def _refusal(self, body: bytes, headers: dict[str, str]) -> str:
        """Why this request is not let in; "" if it is genuine and new."""
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not (stamp and signature):
            return "unsigned"
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16 and signature.isascii()):
            return "wrong signature"
        now = self._clock.now()
        if abs(now - int(stamp)) > WINDOW:
            return "stale"
        if not self._verifier.is_valid(body, stamp, signature):
            return "wrong signature"
        # Slack's own retry within the same second is signed alike; it says so, and the claim makes it harmless.
        if signature in self._seen and "x-slack-retry-num" not in headers:
            return "replayed"
        self._remember(signature, now)
        return ""

    def _remember(self, signature: str, now: float) -> None:
        if len(self._seen) >= SWEEP:
            self._seen = {known: at for known, at in self._seen.items() if now - at <= 2 * WINDOW}
        self._seen[signature] = now


def _unpacked(body: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    """An interaction as the JSON it carries in its only field.

    Bolt would unpack it too, but with the standard library, which takes as long for that as for all else together.
    """
    if not body.startswith("payload="):
        return body, headers
    payload = URL(f"/?{body}", encoded=True).query.get("payload", "")
    return payload, {"content-type": "application/json"}


async def _limited(request: Request) -> bytes | None:
    """The body, None when it is larger than anything Slack sends."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)
