"""Who follows a parcours is replaced for the whole of it: référent or conseiller, with the history of both (R11).

``replace.py`` is the use case and what other services do with its message; ``api.py`` the responsible person's door.
"""
