"""Hand-overs of a parcours from organisation to organisation, as a fiche navette: what happened to each, and when.

``writing.py`` keeps them, driven by ``parcours:passation`` in the diagrams; ``reading.py`` tells them to both sides.
"""
