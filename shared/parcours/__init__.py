"""Rules and value objects of the parcours, used by several services (``docs/glossary.md``; rules R1–R45).

Pure: the standard library only, no clock, no database; ``today`` and holidays are arguments. A rule that is
inferred ([I]) or that changes with the school year takes its number from a ``Campagne``.
"""
