"""« Je me suis trompé » : a task that was done is opened again, by its author for some days, or by the responsible.

Only while nobody else has built on it: what follows was neither done by another nor sent to another service.
"""
