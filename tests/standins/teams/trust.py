"""The keys and tokens of the stand-in: what the channel signs, and what the bot has to show."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
AUDIENCE = "https://api.botframework.com/.default"
GRAPH = "https://graph.microsoft.com/.default"
LIFE = 3600  # seconds a token is good for


def _wall() -> int:
    """Seconds since 1970. Tokens are checked by libraries that read the machine's clock, so they are made by it."""
    return int(time.time())  # noqa: TID251


@dataclass
class SigningKey:
    """One of the channel's keys, and the channels it is endorsed for."""

    kid: str
    private: rsa.RSAPrivateKey
    endorsements: tuple[str, ...] = ("msteams", "webchat")

    def public(self) -> dict[str, Any]:
        """The key as it stands in the published key set."""
        shown = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return shown | {"kid": self.kid, "x5t": self.kid, "use": "sig", "endorsements": list(self.endorsements)}


def _fresh(kid: str, endorsements: tuple[str, ...] = ("msteams", "webchat")) -> SigningKey:
    return SigningKey(kid, _private(kid), endorsements)


@cache
def _private(_name: str) -> rsa.RSAPrivateKey:
    """One key a name for the whole test run: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Channel:
    """Signs what the channel sends to the bot, and publishes the keys for it."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.published = [_fresh("key-1")]

    @property
    def current(self) -> SigningKey:
        return self.published[-1]

    def rotate(self, *, forget: bool = True) -> SigningKey:
        """Sign with a new key from now on; *forget* the old one, as a channel does after a day."""
        key = _fresh(f"key-{int(self.published[-1].kid[4:]) + 1}")
        self.published = [key] if forget else [*self.published, key]
        return key

    def key_set(self) -> dict[str, Any]:
        return {"keys": [key.public() for key in self.published]}

    def sign(self, service_url: str, *, key: SigningKey | None = None, **changed: Any) -> str:
        """An Authorization header for an activity from *service_url*.

        *changed* claims replace the usual ones; a claim changed to None is left out.
        """
        key, now = key or self.current, _wall()
        usual = {"iss": ISSUER, "aud": self.app_id, "nbf": now - 300, "exp": now + LIFE, "serviceurl": service_url}
        claims = {name: value for name, value in (usual | changed).items() if value is not None}
        return "Bearer " + jwt.encode(claims, key.private, "RS256", headers={"kid": key.kid, "x5t": key.kid})

    @staticmethod
    def stranger(kid: str = "key-1", endorsements: tuple[str, ...] = ("msteams",)) -> SigningKey:
        """A key that the channel never published, under a name that it may have."""
        return SigningKey(kid, _private("stranger"), endorsements)


class TokenRefusedError(Exception):
    """The token server says no, in the words Microsoft Entra uses."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass
class Registration:
    """One single-tenant app: who may ask for a token, and the tokens that were handed out."""

    app_id: str
    tenant: str
    secret: str
    certificate: Any = None  # the public key that a certificate credential is checked against
    managed: bool = False  # a managed identity: no secret works, only the identity endpoint
    issued: dict[str, int] = field(default_factory=dict)  # token -> when it ends, in seconds since 1970
    roles: set[str] = field(default_factory=set)  # permissions of Graph that an administrator consented to

    def token(self, tenant: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer a request for a token by client credentials. Raises TokenRefusedError."""
        if tenant != self.tenant:
            raise TokenRefusedError(
                "unauthorized_client", f"AADSTS700016: no application {form.get('client_id')} in {tenant}."
            )
        if form.get("grant_type") != "client_credentials":
            raise TokenRefusedError("unsupported_grant_type", "AADSTS70003: the grant type is not supported.")
        if form.get("client_id") != self.app_id:
            raise TokenRefusedError("unauthorized_client", "AADSTS700016: no such application.")
        if form.get("scope") not in (AUDIENCE, GRAPH):
            raise TokenRefusedError("invalid_scope", f"AADSTS70011: the scope {form.get('scope')} is not valid.")
        if "client_assertion" in form:
            self._assertion(form["client_assertion"])
        elif self.managed or form.get("client_secret") != self.secret:
            raise TokenRefusedError("invalid_client", "AADSTS7000215: an invalid client secret was given.")
        return self._issue(for_graph=form.get("scope") == GRAPH)

    def identity_token(self, client_id: str, resource: str) -> dict[str, Any]:
        """Answer the identity endpoint of a machine. Raises TokenRefusedError."""
        if not self.managed or client_id != self.app_id:
            raise TokenRefusedError("invalid_request", "Identity not found")
        if resource not in [one.removesuffix("/.default") for one in (AUDIENCE, GRAPH)]:
            raise TokenRefusedError("invalid_resource", f"AADSTS500011: no resource {resource}.")
        shown = self._issue(for_graph=resource == GRAPH.removesuffix("/.default"))
        return shown | {"expires_in": str(shown["expires_in"]), "resource": resource, "client_id": client_id}

    def knows(self, header: str | None, *, for_graph: bool = False) -> bool:
        """Is this Authorization header one that we handed out for that, and still good?"""
        scheme, _, token = (header or "").partition(" ")
        meant = token.startswith("graph-") is for_graph
        return scheme == "Bearer" and meant and self.issued.get(token, 0) > _wall()

    def expire(self) -> None:
        """Every token handed out so far is worth nothing from now on."""
        self.issued = dict.fromkeys(self.issued, 0)

    def _issue(self, *, for_graph: bool = False) -> dict[str, Any]:
        token = f"{'graph' if for_graph else 'token'}-{len(self.issued) + 1}"
        self.issued[token] = _wall() + LIFE
        return {"token_type": "Bearer", "expires_in": LIFE, "ext_expires_in": LIFE, "access_token": token}

    def _assertion(self, assertion: str) -> None:
        if self.certificate is None:
            raise TokenRefusedError("invalid_client", "AADSTS700027: the certificate is not registered.")
        try:
            claims = jwt.decode(
                assertion, self.certificate, algorithms=["RS256", "PS256"], options={"verify_aud": False}
            )
        except jwt.InvalidTokenError as error:
            raise TokenRefusedError("invalid_client", f"AADSTS700027: {error}") from error
        if claims.get("iss") != self.app_id or claims.get("sub") != self.app_id:
            raise TokenRefusedError("invalid_client", "AADSTS700021: the assertion is for another application.")


def unverified_header(token: str) -> dict[str, Any]:
    """The header of a signed token, unchecked."""
    part = token.split(".")[0]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
