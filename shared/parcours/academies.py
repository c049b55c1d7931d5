"""Where a lycée is, by its UAI: département, académie, zone of the school holidays, territory of the public ones.

Académies and zones: Code de l'éducation, art. R222-2, and the arrêtés of the national school calendar.
"""

from dataclasses import dataclass

ZONES = ("A", "B", "C")
NATIONAL = "FR"
"""The calendar of metropolitan France without Alsace-Moselle, whatever the school holidays."""

_ACADEMIES = {
    ("A", "Besançon"): "25 39 70 90", ("A", "Bordeaux"): "24 33 40 47 64",
    ("A", "Clermont-Ferrand"): "03 15 43 63", ("A", "Dijon"): "21 58 71 89",
    ("A", "Grenoble"): "07 26 38 73 74", ("A", "Limoges"): "19 23 87", ("A", "Lyon"): "01 42 69",
    ("A", "Poitiers"): "16 17 79 86",
    ("B", "Aix-Marseille"): "04 05 13 84", ("B", "Amiens"): "02 60 80", ("B", "Lille"): "59 62",
    ("B", "Nancy-Metz"): "54 55 57 88", ("B", "Nantes"): "44 49 53 72 85", ("B", "Nice"): "06 83",
    ("B", "Normandie"): "14 27 50 61 76", ("B", "Orléans-Tours"): "18 28 36 37 41 45",
    ("B", "Reims"): "08 10 51 52", ("B", "Rennes"): "22 29 35 56", ("B", "Strasbourg"): "67 68",
    ("C", "Créteil"): "77 93 94", ("C", "Montpellier"): "11 30 34 48 66", ("C", "Paris"): "75",
    ("C", "Toulouse"): "09 12 31 32 46 65 81 82", ("C", "Versailles"): "78 91 92 95",
    ("", "Corse"): "2A 2B", ("", "Guadeloupe"): "971 977 978", ("", "Martinique"): "972",
    ("", "Guyane"): "973", ("", "La Réunion"): "974", ("", "Mayotte"): "976",
    ("", "Saint-Pierre-et-Miquelon"): "975", ("", "Wallis-et-Futuna"): "986",
    ("", "Polynésie française"): "987", ("", "Nouvelle-Calédonie"): "988",
}  # fmt: skip
_OF_DEPARTEMENT = {
    departement: academie for academie, places in _ACADEMIES.items() for departement in places.split()
}
_TERRITORIES = {
    "57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974", "975": "PM",
    "976": "976", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_CORSE = {"620": "2A", "720": "2B"}  # as UAIs write them

ACADEMIES = tuple(name for _, name in _ACADEMIES)
"""Names of the académies and vice-rectorats."""


@dataclass(frozen=True)
class Place:
    """``academie``: "" when the département is not known; ``zone``: "" where the school calendar is a local one
    (Corse, overseas); ``territory``: "" where public holidays are the national ones."""

    departement: str
    academie: str
    zone: str
    territory: str

    def calendar(self, *, with_school_holidays: bool) -> str:
        """The name of a calendar of working days: "FR", "FR/A", "57/B", "974"."""
        territory = self.territory or NATIONAL
        return f"{territory}/{self.zone}" if with_school_holidays and self.zone else territory


def place_of(uai: str) -> Place:
    """Where the lycée is: the first three characters of its UAI name the département."""
    return place_of_departement(departement_of(uai))


def departement_of(uai: str) -> str:
    """The département of a UAI: "69", "2A", "974"."""
    start = uai[:3]
    return _CORSE.get(start, start.removeprefix("0"))


def place_of_departement(departement: str) -> Place:
    """The place of a département, also of one that is not known."""
    zone, academie = _OF_DEPARTEMENT.get(departement, ("", ""))
    return Place(departement, academie, zone, _TERRITORIES.get(departement, ""))


def departement_of_commune(code: str) -> str:
    """The département of a commune's INSEE code: "69123" → "69", "2A004" → "2A", "97411" → "974"."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]
