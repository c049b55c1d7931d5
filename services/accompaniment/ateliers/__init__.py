"""**ateliers** — AvenirPro, phase 1: the cycle of workshops of one lycée in one campagne (R28–R33).

A cycle is an instance of ``workflows/accompaniment/avenirpro.bpmn``; its id is the instance's subject. The diagram
says what comes after what, the tables here hold what its tasks look at: convention, contact journal, pupils, sessions
with their sheets, interviews, intentions. Each page's act locks the cycle first, so that acts come one by one.

Read on: ``handlers.py`` has the use cases, ``rules.py`` the refusals, ``work.py`` what the diagram asks.
"""
