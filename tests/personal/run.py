"""A few pupils carried through the three services on one machine, and people who ask about their data."""

import json
import logging
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from services.simulate.cast import make_cast
from services.simulate.client import Client
from services.simulate.cohort import given
from services.simulate.looks import Looks
from services.simulate.pupils import World
from services.simulate.run import Run
from services.simulate.stack import Stack, embedded_stack
from shared.identity import Actor
from shared.parcours.campagne import load_campagnes
from tests.support.waiting import wait_until

DPO = Actor("dpo-1", "Agathe Colin", "plateforme", "system", frozenset({"dpo"}))
UAI = "0690043X"
HEADER = "INE;Nom;Prénom;Date de naissance;MEF;Classe;UAI;Téléphone;Courriel;Adresse;Code commune"
NAMES = ("Planterose", "Quévremont", "Zwingelstein", "Ouldkaddour")
SERVICES = ("enrolment", "accompaniment", "bilan")


def words_of(index: int) -> tuple[str, ...]:
    """What is planted of a pupil and of nobody else."""
    return (
        NAMES[index], f"0612000{index:03d}", f"courriel.{index}@exemple.invalid", f"{index}2 impasse des Planteurs",
        f"{index:09d}KH",
    )  # fmt: skip


def csv() -> bytes:
    rows = []
    for index in range(len(NAMES)):
        name, phone, mail, address, ine = words_of(index)
        born = f"0{index + 1}/03/2008"
        rows.append(f"{ine};{name};Camille;{born};2403341111;TPRO;{UAI};{phone};{mail};{address};69123")
    return "\n".join([HEADER, *rows]).encode()


@dataclass
class Finished:
    """The stack after the run. ``parcours``: pupil's index → id."""

    stack: Stack
    folder: Path
    client: Client
    parcours: Mapping[int, str]
    pupils: Mapping[int, str]

    def everywhere(self) -> int:
        """A pupil whose parcours went through all three services."""
        for index, parcours_id in self.parcours.items():
            if all(self.has_instance(service, parcours_id) for service in SERVICES):
                return index
        raise AssertionError("no pupil went through the three services")

    def has_instance(self, service: str, parcours_id: str) -> bool:
        query = "SELECT count(*) FROM process_instance WHERE parcours_id = ?"
        return bool(self.ask(service, query, parcours_id)[0][0])

    def ask(self, service: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.folder / f"{service}.sqlite")
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def erased(self, erasure_id: str) -> bool:
        items = self.client.get(DPO, "enrolment", "/dpo/erasures")["items"]
        return next(each["status"] for each in items if each["id"] == erasure_id) == "done"

    def erase(self, index: int) -> str:
        asked = self.client.post(DPO, "enrolment", "/dpo/erasures", {"pupil_id": self.pupils[index]})
        wait_until(lambda: self.erased(asked["erasure_id"]))
        return str(asked["erasure_id"])


@contextmanager
def finished(folder: Path) -> Iterator[Finished]:
    """All planted pupils have come to their end; everything that was logged meanwhile is in ``run.log``."""
    campagne = load_campagnes()[-1]
    files = given("eleves.csv", csv())
    handler = logging.FileHandler(folder / "run.log", encoding="utf-8")
    logging.getLogger().addHandler(handler)
    try:
        with embedded_stack(folder, campagne.rentree_on + timedelta(days=14)) as stack:
            looks = Looks(stack.databases)
            client = Client(stack.urls, stack.signer, threading.Event())
            world = World(client, make_cast([UAI]), stack.clock, looks, "planted")
            outcome = Run(world, campagne, lambda: None, lambda *_told: None).carry(files)
            assert not outcome.findings.faults
            looks.close()
            fresh = Client(stack.urls, stack.signer, threading.Event())
            yield _known(stack, folder, fresh)
            fresh.close()
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _known(stack: Stack, folder: Path, client: Client) -> Finished:
    parcours, pupils = {}, {}
    for index, name in enumerate(NAMES):
        (found,) = client.post(DPO, "enrolment", "/dpo/persons", {"text": name})["items"]
        pupils[index], parcours[index] = found["id"], found["parcours"][0]
    return Finished(stack, folder, client, parcours, pupils)


def text_of(export: Mapping[str, Any]) -> str:
    return json.dumps(export, ensure_ascii=False)


__all__ = ["DPO", "NAMES", "SERVICES", "Finished", "finished", "text_of", "words_of"]
