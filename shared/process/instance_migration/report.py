"""What a migration would do or has done, counted."""

from typing import Any

from shared.bpmn.instance_migration.verdicts import Migration, Verdict

MOST_EXAMPLES = 3


class Tally:
    """How many instances have which outcome, with a few of each reason: bounded, however many instances there are."""

    def __init__(self, route: Migration) -> None:
        self.process_id = route.old.process_id
        self.versions = (route.old.version, route.new.version)
        self.changes = route.changes
        self.counts: dict[str, int] = {}
        self.goes_on = 0
        self._said: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.migration_id: str | None = None

    def add(self, instance_id: str, outcome: str, verdict: Verdict | None = None) -> None:
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        if verdict is not None:
            self.goes_on += verdict.goes_on
            for kind, finding in [*(("reason", each) for each in verdict.reasons),
                                  *(("note", each) for each in verdict.notes)]:  # fmt: skip
                key = (kind, finding.code, finding.element_id)
                new = {"kind": kind, "code": finding.code, "element": finding.element_id, "text": str(finding),
                       "sentence": finding.sentence, "count": 0, "examples": []}  # fmt: skip
                said = self._said.setdefault(key, new)
                said["count"] += 1
                said["examples"] = [*said["examples"], instance_id][:MOST_EXAMPLES]

    def as_json(self) -> dict[str, Any]:
        return {
            "process_id": self.process_id, "from": self.versions[0], "to": self.versions[1],
            "migration_id": self.migration_id, "counts": self.counts, "goes_on": self.goes_on,
            "changes": {kind: list(ids) for kind, ids in self.changes.items()},
            "findings": sorted(self._said.values(), key=lambda each: (each["kind"], -each["count"])),
        }  # fmt: skip
