"""**accompaniment** — étape 4, mise en œuvre et suivi.

Owns: the follow-up of an admitted pupil by the Mission Locale: periods, points d'étape, avenants, early end
(``workflows/accompaniment/accompaniment.bpmn``); the obligation de formation of who is under 18 and without solution
(``obligation.bpmn``, R26); a PACEA signed meanwhile (``pacea.bpmn``, R21);
each solution of a signed plan (``solution_*.bpmn``, ``periods``, R16–R20, R44); the local
offer of plans (``offre``); before any parcours, AvenirPro's cycles of workshops (``ateliers``, R28–R33).
Listens to: ``enrolment.parcours_confie.v1`` (a parcours is entrusted to us) and ``bilan.suivi_clos.v1`` (it is over);
``enrolment.obligation_ouverte.v1`` and ``bilan.obligation_ouverte.v1`` (the obligation opens).
Emits: ``accompaniment.bilan_a_preparer.v1`` (the bilan can be prepared),
``accompaniment.depart_signale.v1`` (the young person leaves although it was asked for already),
``accompaniment.eleves_proposes.v1`` (AvenirPro proposes pupils to their lycée).

Read on: ``app.py`` builds, ``handlers.py`` has the use cases, ``events.py`` and ``work.py`` say who calls them.
"""
