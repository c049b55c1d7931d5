"""**accompaniment** — étape 4, mise en œuvre et suivi.

Owns: the follow-up of an admitted pupil by the Mission Locale: periods, points d'étape, avenants, early end
(``workflows/accompaniment/accompaniment.bpmn``).
Listens to: ``enrolment.parcours_confie.v1`` (a parcours is entrusted to us) and ``bilan.suivi_clos.v1`` (it is over).
Emits: ``accompaniment.bilan_a_preparer.v1`` (the bilan can be prepared).

Read on: ``app.py`` builds, ``handlers.py`` has the use cases, ``events.py`` and ``work.py`` say who calls them.
"""
