"""**enrolment** — étapes 2 et 3, from the lycée's dossier d'entrée to the signed projet personnalisé.

Owns: the pupils (imported from SIECLE or CSV), the opening of a parcours, its admission and its projet
(``workflows/enrolment/enrolment.bpmn``).
Listens to: ``bilan.inscription_close.v1`` (the bilan closes the parcours),
``accompaniment.eleves_proposes.v1`` (pupils proposed by AvenirPro: ``avenirpro``, ``propositions.bpmn``, R33).
Emits: ``enrolment.parcours_confie.v1`` (follow this pupil), ``enrolment.bilan_a_preparer.v1`` (it ended early),
``enrolment.parcours_transfere.v1`` (another organisation has taken it over: ``transfers``, ``transfert.bpmn``).

Read on: ``app.py`` builds, ``handlers.py`` has the use cases, ``events.py`` and ``work.py`` say who calls them.
"""
