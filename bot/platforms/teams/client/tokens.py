"""Who we are to Microsoft, and a token that is kept until shortly before its end."""

from __future__ import annotations

import asyncio
import functools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

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
    graph: str  # Microsoft Graph, where it is used

    def for_graph(self) -> Cloud:
        """The same cloud, with tokens for Graph."""
        return replace(self, resource=self.graph)


PUBLIC = Cloud(
    "https://api.botframework.com",
    "https://login.botframework.com/v1/.well-known/openidconfiguration",
    "https://login.microsoftonline.com",
    "https://api.botframework.com",
    "https://graph.microsoft.com",
)
US_GOVERNMENT = Cloud(
    "https://api.botframework.us",
    "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    "https://login.microsoftonline.us",
    "https://api.botframework.us",
    "https://graph.microsoft.us",
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
    """A single-tenant app with a certificate.

    *pem* holds the private key and the certificate, in any order; or the key alone, with the certificate's
    SHA-1 *thumbprint* in hexadecimal.
    """

    app_id: str
    tenant: str
    pem: str
    thumbprint: str = ""


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """A user-assigned identity of the Azure machine that the bot runs on: no secret at all."""

    app_id: str
    tenant: str


EXAMPLE = "0f6b1d5e-0000-0000-0000-000000000000"
Credentials = Secret | Certificate | ManagedIdentity


def credentials(
    app_id: str, tenant: str, kind: str, *, secret: str = "", pem: str = "", thumbprint: str = ""
) -> Credentials:
    """Who we are, from the settings that Microsoft's own samples use. Raises ValueError in the operator's words."""
    if not _is_id(app_id):
        raise ValueError(f"MicrosoftAppId is {app_id!r}, but an app's id looks like {EXAMPLE}.")
    if not tenant:
        raise ValueError(
            "MicrosoftAppTenantId is missing: the tenant that the bot is registered in. "
            "It stands as App Tenant ID under Configuration of the bot in Azure."
        )
    if not _is_id(tenant) and "." not in tenant:
        raise ValueError(
            f"MicrosoftAppTenantId is {tenant!r}, but a tenant is an id such as {EXAMPLE}, "
            "or a domain such as contoso.onmicrosoft.com."
        )
    match kind.lower():
        case "userassignedmsi":
            return ManagedIdentity(app_id, tenant)
        case "singletenant":
            pass
        case "multitenant":
            raise ValueError(
                "MicrosoftAppType is MultiTenant, which Microsoft has closed to new bots. "
                "Register a single-tenant bot and set it to SingleTenant, or to UserAssignedMSI for a managed identity."
            )
        case _:
            raise ValueError(f"MicrosoftAppType is {kind}; it can be SingleTenant or UserAssignedMSI.")
    if pem:
        if not _pem(pem, "PRIVATE KEY"):
            raise ValueError("The file named by MicrosoftAppCertificate holds no private key in PEM form.")
        if not _pem(pem, "CERTIFICATE") and not thumbprint:
            raise ValueError(
                "The file named by MicrosoftAppCertificate holds the key alone. "
                "Add the certificate to it, or set MicrosoftAppCertificateThumbprint."
            )
        return Certificate(app_id, tenant, pem, thumbprint)
    if not secret:
        raise ValueError(
            "MicrosoftAppPassword is missing: a client secret of the bot (its value, not its id), made under "
            "Configuration, Manage Password. Or set MicrosoftAppCertificate."
        )
    return Secret(app_id, tenant, secret)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _pem(text: str, kind: str) -> str:
    """The blocks of one kind in a PEM text."""
    return "\n".join(block for block, named in _PEM.findall(text) if named.endswith(kind))


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
            case Certificate(app_id=app_id, tenant=tenant, pem=pem, thumbprint=thumbprint):
                key, certificate = _pem(pem, "PRIVATE KEY"), _pem(pem, "CERTIFICATE")
                shown = {"public_certificate": certificate} if certificate else {"thumbprint": thumbprint}
                proof = {"private_key": key, **shown}
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
