"""**simulate** — carries a cohort of pupils through the parcours, by the public HTTP APIs of a stack of its own.

``command.py`` is the door, ``stack.py`` starts the services, ``run.py`` turns the days, ``pupils.py`` acts for
people, ``fates.py`` draws what happens to each pupil and ``oracle.py`` says, on its own, what must come of it.
The databases are only read: to see when everything is settled, and for the audit at the end.
"""
