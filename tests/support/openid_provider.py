"""An OpenID provider as a process of its own: ``python -m tests.support.openid_provider [CERTIFICATE KEY]`` prints
its port.

Two issuers: ``/proconnect`` (userinfo is a signed JWT, the client secret in the body) and ``/keycloak`` (userinfo is
JSON). ``POST /test`` sets how it behaves, ``GET /test`` tells what it was asked. The person of its settings types the
password at once: that page is not what is tried here. Whose session is open in the browser is not asked again.
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "ambition-emploi", "un secret de test, assez long pour HMAC"
SSO = "provider_session"


@dataclass
class Behaviour:
    """``faults``: what is wrong on purpose. ``now``: the time of its clock, in seconds."""

    person: dict[str, Any] = field(default_factory=dict)
    acr: str = "eidas1"
    now: float = 0.0
    redirects: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Server:
    def __init__(self) -> None:
        self.base = ""
        self.key = _new_key()
        self.reset()

    def reset(self) -> None:
        self.behaviour = Behaviour()
        self.codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.asked: dict[str, int] = {}
        self.signed_out: list[str] = []
        self.sids: dict[str, str] = {}
        self.open: dict[str, dict[str, Any]] = {}
        """Its own sessions: by the cookie of a browser, who signed in there."""

    def has(self, fault: str) -> bool:
        return fault in self.behaviour.faults

    def sign(self, claims: dict[str, Any]) -> str:
        if self.has("alg none"):
            return ".".join((_part({"alg": "none", "kid": self.key.kid}), _part(claims), ""))
        if self.has("hmac"):  # with the public key that everybody may read as the secret
            signed = ".".join((_part({"alg": "HS256", "kid": self.key.kid}), _part(claims)))
            public = self.key.as_pem(private=False)
            return f"{signed}.{_base64(hmac.digest(public, signed.encode(), 'sha256'))}"
        key = _new_key() if self.has("foreign key") else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)

    def claims(self, kind: str, **more: Any) -> dict[str, Any]:
        now = self.behaviour.now or time.time()
        age = -3600 if self.has("expired") else 300
        return {
            "iss": f"{self.base}/{kind}" + ("/other" if self.has("issuer") else ""),
            "aud": "somebody-else" if self.has("audience") else CLIENT,
            "iat": int(now) + min(age, 0), "exp": int(now) + age, **more,
        }  # fmt: skip


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


def _part(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def provider(server: Server) -> Flask:
    app = Flask(__name__)

    @app.before_request
    def count() -> None:
        server.asked[request.path] = server.asked.get(request.path, 0) + 1
        is_down = server.has("down") or any(server.has(f"no {end}") for end in request.path.split("/"))
        if is_down and request.path != "/test":
            abort(503)

    @app.post("/test")
    def behave() -> ResponseReturnValue:
        told = request.get_json()
        if told.pop("reset", False):
            server.reset()
        if told.pop("rotate", False):
            server.key = _new_key()
        for name, value in told.items():
            setattr(server.behaviour, name, value)
        return {}

    @app.get("/<kind>/test/logout-token")
    def logout_token(kind: str) -> ResponseReturnValue:
        """Of the last sign-in: with ``sid``, ``sub`` or both, as asked."""
        known = {"sid": list(server.sids.values())[-1], "sub": server.behaviour.person["sub"]}
        about = {name: value for name, value in known.items() if name in request.args}
        more = {"nonce": "n"} if server.has("nonce") else {}
        events = {} if server.has("no event") else {"http://schemas.openid.net/event/backchannel-logout": {}}
        return server.sign(server.claims(kind, jti=secrets.token_hex(), events=events, **about, **more))

    @app.get("/test")
    def tell() -> ResponseReturnValue:
        return {"asked": server.asked, "signed_out": server.signed_out}

    @app.get("/<kind>/.well-known/openid-configuration")
    def discovery(kind: str) -> ResponseReturnValue:
        issuer = f"{server.base}/{kind}"
        return {
            "issuer": issuer + ("/other" if server.has("metadata") else ""),
            "authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo", "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/logout",
            "token_endpoint_auth_methods_supported": [_method(kind)],
            "authorization_response_iss_parameter_supported": kind == "proconnect",
            "claims_parameter_supported": kind == "proconnect",
        }  # fmt: skip

    @app.get("/<kind>/jwks")
    def jwks(kind: str) -> ResponseReturnValue:
        return {"keys": [server.key.as_dict(private=False)]}

    @app.get("/<kind>/authorize")
    def authorize(kind: str) -> ResponseReturnValue:
        said = request.args
        known = said["client_id"] == CLIENT and said["redirect_uri"] in server.behaviour.redirects
        if not known or said["response_type"] != "code" or said["code_challenge_method"] != "S256":
            abort(400)
        back = {"state": said["state"], "iss": f"{server.base}/{kind}"}
        if server.has("refused"):
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe()
            server.codes[back["code"]] = dict(said), _person_there(server)
            server.sids[back["code"]] = back["code"][:8]
        if server.has("mixed up"):
            back["iss"] = "http://127.0.0.1:1/attacker"
        answer = redirect(f"{said['redirect_uri']}?{urlencode(back)}")
        if "code" in back:
            server.open[back["code"]] = server.codes[back["code"]][1]
            answer.set_cookie(SSO, back["code"])
        return answer

    @app.post("/<kind>/token")
    def token(kind: str) -> ResponseReturnValue:
        _authenticate(kind)
        begun, person = server.codes.pop(request.form["code"], (None, {}))  # good once
        challenge = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if begun is None or _base64(challenge) != begun["code_challenge"]:
            return {"error": "invalid_grant"}, 400
        access_token = secrets.token_urlsafe()
        server.tokens[access_token] = person
        nonce = "another" if server.has("nonce") else begun["nonce"]
        signed = server.sign(
            server.claims(
                kind, sub=person["sub"], nonce=nonce, acr=server.behaviour.acr,
                sid=server.sids.get(request.form["code"]),
                at_hash=_at_hash("another" if server.has("at_hash") else access_token),
                **({"email": person["email"]} if server.has("talkative") else {}),
            )
        )  # fmt: skip
        return {"access_token": access_token, "token_type": "Bearer", "expires_in": 60, "id_token": signed}

    @app.get("/<kind>/userinfo")
    def userinfo(kind: str) -> ResponseReturnValue:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        if token not in server.tokens:
            abort(401)
        person = dict(server.tokens[token])
        if server.has("userinfo of another"):
            person["sub"] = "somebody-else"
        if kind == "keycloak" or server.has("unsigned userinfo"):
            return jsonify(person)
        claims = server.claims(kind, **person)
        if server.has("userinfo audience"):
            claims["aud"] = "somebody-else"
        return server.sign(claims), {"Content-Type": "application/jwt"}

    @app.get("/<kind>/logout")
    def logout(kind: str) -> ResponseReturnValue:
        """By a hint, or by our name alone; the session of that browser ends."""
        said = request.args
        there = server.open.pop(request.cookies.get(SSO, ""), {})
        try:
            hint = jwt.decode(said["id_token_hint"], server.key).claims if "id_token_hint" in said else there
        except JoseError:
            abort(400)
        if said["post_logout_redirect_uri"] not in server.behaviour.ends or said["client_id"] != CLIENT:
            abort(400)
        server.signed_out.append(hint.get("sub", ""))
        return redirect(f"{said['post_logout_redirect_uri']}?{urlencode({'state': said['state']})}")

    return app


def _person_there(server: Server) -> dict[str, Any]:
    """Who signed in from this browser before, unless we are to ask; else who is in front of it now."""
    before = server.open.get(request.cookies.get(SSO, ""))
    return before if before and request.args.get("prompt") != "login" else server.behaviour.person


def _method(kind: str) -> str:
    return "client_secret_post" if kind == "proconnect" else "client_secret_basic"


def _authenticate(kind: str) -> None:
    if kind == "proconnect":
        given = (request.form.get("client_id"), request.form.get("client_secret"))
    else:
        said = request.authorization
        given = (said.username, said.password) if said else (None, None)
    if given != (CLIENT, SECRET):
        abort(401)


def _at_hash(access_token: str) -> str:
    return _base64(hashlib.sha256(access_token.encode()).digest()[:16])


def main() -> None:
    server = Server()
    files = tuple(sys.argv[1:3]) or None
    http = make_server("127.0.0.1", 0, provider(server), threaded=True, ssl_context=files)  # type: ignore[arg-type]
    server.base = f"http{'s' if files else ''}://127.0.0.1:{http.port}"
    print(http.port, flush=True)  # noqa: T201 — how the test learns it
    http.serve_forever()


if __name__ == "__main__":
    main()
