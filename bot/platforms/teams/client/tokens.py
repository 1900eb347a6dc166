"""Who we are to Microsoft, and a token that is kept until shortly before its end."""

from __future__ import annotations

import asyncio
import functools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TOKEN_MARGIN = 300  # seconds before its end at which a token is renewed
TOKEN_TIMEOUT = 10  # seconds; the token library itself would wait for ever
_PEM = re.compile(r"(-----BEGIN ([A-Z ]+)-----.+?-----END \2-----)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cloud:
    """The addresses of one Microsoft cloud."""

    issuer: str  # who signs what comes in
    keys: str  # where the keys for that are named
    login: str  # who gives us tokens
    resource: str  # what the tokens are for


PUBLIC = Cloud(
    "https://api.botframework.com",
    "https://login.botframework.com/v1/.well-known/openidconfiguration",
    "https://login.microsoftonline.com",
    "https://api.botframework.com",
)
US_GOVERNMENT = Cloud(
    "https://api.botframework.us",
    "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    "https://login.microsoftonline.us",
    "https://api.botframework.us",
)


# Who we are


@dataclass(frozen=True, slots=True)
class Secret:
    """A single-tenant app with a client secret."""

    app_id: str
    tenant: str
    secret: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A single-tenant app with a certificate. *pem* holds the private key and the certificate."""

    app_id: str
    tenant: str
    pem: str


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """A user-assigned identity of the Azure machine that the bot runs on: no secret at all."""

    app_id: str
    tenant: str


Credentials = Secret | Certificate | ManagedIdentity


class NoTokenError(Exception):
    """Microsoft gave us no token. The message says why, in Microsoft's words."""


class Tokens:
    """One token for all sends, fetched off the event loop and renewed five minutes before its end.

    *session* is for tests and for networks with a proxy of their own; *clock* counts seconds.
    """

    def __init__(
        self,
        credentials: Credentials,
        cloud: Cloud = PUBLIC,
        *,
        session: Any = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials, self._cloud, self._session, self._clock = credentials, cloud, session, clock
        self._library: Any = None
        self._token, self._good_until = "", 0.0
        self._one_at_a_time = asyncio.Lock()

    async def bearer(self) -> str:
        """A token for the connector. Raises NoTokenError."""
        if self._clock() < self._good_until:
            return self._token
        async with self._one_at_a_time:
            if self._clock() >= self._good_until:
                answer = await asyncio.to_thread(self._fetch)
                self._token = answer["access_token"]
                self._good_until = self._clock() + max(0.0, float(answer["expires_in"]) - TOKEN_MARGIN)
        return self._token

    def forget(self) -> None:
        """The connector did not accept the token: fetch a new one next time."""
        self._library, self._good_until = None, 0.0

    def _fetch(self) -> dict[str, Any]:
        try:
            if self._library is None:
                self._library = self._made()
            if isinstance(self._credentials, ManagedIdentity):
                answer = self._library.acquire_token_for_client(resource=self._cloud.resource)
            else:
                answer = self._library.acquire_token_for_client([f"{self._cloud.resource}/.default"])
        except Exception as error:
            self._library = None
            raise NoTokenError(f"{type(error).__name__}: {error}") from error
        if "access_token" not in answer:
            raise NoTokenError(f"{answer.get('error')}: {answer.get('error_description')}")
        return dict(answer)

    def _made(self) -> Any:
        import msal
        import requests

        session = _Patient(self._session or requests.Session())
        match self._credentials:
            case ManagedIdentity(app_id=app_id):
                return msal.ManagedIdentityClient(
                    msal.UserAssignedManagedIdentity(client_id=app_id), http_client=session
                )
            case Secret(app_id=app_id, tenant=tenant, secret=secret):
                proof: Any = secret
            case Certificate(app_id=app_id, tenant=tenant, pem=pem):
                blocks = _PEM.findall(pem)
                proof = {
                    "private_key": next((block for block, kind in blocks if kind.endswith("PRIVATE KEY")), ""),
                    "public_certificate": "\n".join(block for block, kind in blocks if kind == "CERTIFICATE"),
                }
        authority = f"{self._cloud.login}/{tenant}"
        return msal.ConfidentialClientApplication(
            app_id, client_credential=proof, authority=authority, http_client=session
        )


class _Patient:
    """A session with a time-out, in the shape the token library asks for."""

    def __init__(self, session: Any) -> None:
        self.get = functools.partial(session.get, timeout=TOKEN_TIMEOUT)
        self.post = functools.partial(session.post, timeout=TOKEN_TIMEOUT)
        self.close = session.close
