"""``/figures/workshops``: counts of sessions and of attendance, for organisations and for who reads aggregates."""

from typing import Any

from services.accompaniment.ateliers.figures import FIGURES, workshops
from shared.catalogue import sentence
from shared.database import Database
from shared.errors import BadInput
from shared.identity import Actor, TokenVerifier, require_actor
from shared.process.figures import scope
from shared.process.figures.api import FunnelQuerySchema, FunnelSchema
from shared.web import ApiBlueprint


def workshop_figures_blueprint(database: Database, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("workshop_figures", __name__, description="AvenirPro: counts, never names.")
    guard = require_actor(verifier)

    @blueprint.operation(
        "GET", "/figures/workshops", guard=guard, query=FunnelQuerySchema, answer=FunnelSchema,
        errors=(401, 403, 422, 503),
    )  # fmt: skip
    def list_workshops(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """The sessions of a campagne's workshops and what their sheets say, by group and in all."""
        groups = scope.groups_of(actor)
        if query["group"] not in groups:
            raise BadInput({"group": [sentence("figures.other_group")]})
        with database.read() as look:
            found = workshops(look, actor, query["campagne"], query["group"])
        rows, total = found.told() if scope.reads_aggregates(actor) else (found.rows, found.total)
        return {"figures": list(FIGURES), "rows": rows, "total": total, "groups": list(groups)}

    return blueprint
