"""``/campagnes``: everybody who is signed in reads them, who may publishes the next version of one."""

from typing import Any, ClassVar

from flask import request

from services.enrolment.campagnes import publishing
from services.enrolment.campagnes.schemas import CampagneListSchema, CampagneSchema, PublishSchema
from shared.campagnes import Version
from shared.errors import PreconditionRequired
from shared.identity import Actor, TokenVerifier, require_actor
from shared.parcours.campagne_data import from_json, to_json
from shared.process.service import ProcessService
from shared.web import ApiBlueprint

Body = dict[str, Any]


class VersionRequired(PreconditionRequired):
    """No If-Match with the one version that was read."""

    code: ClassVar[str] = "campagnes.version_required"


def campagnes_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("campagnes", __name__, description="The settings of each school year.")
    guard = require_actor(verifier)

    @blueprint.operation("GET", "/campagnes", guard=guard, answer=CampagneListSchema, errors=(401, 503))
    def list_campagnes(actor: Actor) -> Body:
        """Every campagne in the version that counts, the newest school year first."""
        return {"items": [_brief(each) for each in publishing.all_campagnes(service)]}

    @blueprint.operation(
        "GET", "/campagnes/<code>", guard=guard, answer=CampagneSchema, errors=(401, 404, 503)
    )
    def one_campagne(actor: Actor, code: str) -> tuple[Body, int, dict[str, str]]:
        """One campagne in the version that counts, which is its ETag."""
        return _whole(publishing.one_campagne(service, code))

    @blueprint.operation(
        "GET", "/campagnes/<code>/versions/<int:version>", guard=guard, answer=CampagneSchema,
        errors=(401, 404, 503),
    )  # fmt: skip
    def one_version(actor: Actor, code: str, version: int) -> tuple[Body, int, dict[str, str]]:
        """One campagne in an earlier version."""
        return _whole(publishing.one_campagne(service, code, version))

    @blueprint.operation(
        "PUT", "/campagnes/<code>", guard=guard, body=PublishSchema, answer=CampagneSchema,
        errors=(400, 401, 403, 412, 415, 422, 428, 503), headers=("If-Match",),
    )  # fmt: skip
    def publish(actor: Actor, body: Body, code: str) -> tuple[Body, int, dict[str, str]]:
        """Publish the next version. If-Match: the version that was read, "0" for a campagne that is new."""
        read = _version_read()
        publishing.publish_campagne(service, actor, code, from_json(body["data"]), read)
        return _whole(publishing.one_campagne(service, code))

    return blueprint


def _version_read() -> int:
    """Raises VersionRequired without an If-Match header that names one version."""
    told = request.headers.get("If-Match", "").strip().strip('"')
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        raise VersionRequired()
    return int(told)


def _brief(version: Version) -> Body:
    campagne = version.campagne
    return _told(version) | {
        "code": version.code, "nom": campagne.name, "rentree": campagne.rentree_on, "fin": campagne.ends_on,
    }  # fmt: skip


def _whole(found: list[Version]) -> tuple[Body, int, dict[str, str]]:
    wanted, *every = found
    body = _told(wanted) | {
        "code": wanted.code, "data": to_json(wanted.data), "is_current": wanted.version == every[0].version,
        "versions": [_told(each) for each in every],
    }  # fmt: skip
    return body, 200, {"ETag": f'"{wanted.version}"'}


def _told(version: Version) -> Body:
    return {"version": version.version, "at": version.at, "author_name": version.author_name}
