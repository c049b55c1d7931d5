"""**bilan** — étape 5, bilan et sortie.

Owns: the convocation of the three, the joint entretien de bilan, the outcome and the attestation
(``workflows/bilan/bilan.bpmn``); a departure that crosses its closing (``depart_apres_bilan.bpmn``).
Listens to: ``enrolment.bilan_a_preparer.v1`` and ``accompaniment.bilan_a_preparer.v1`` (a parcours comes to its end);
``accompaniment.depart_signale.v1`` (the young person leaves while the bilan goes on, or has just been closed).
Emits: ``bilan.inscription_close.v1`` and ``bilan.suivi_clos.v1`` (the other two services may close).

Read on: ``app.py`` builds, ``handlers.py`` has the use cases, ``events.py`` and ``work.py`` say who calls them.
"""
