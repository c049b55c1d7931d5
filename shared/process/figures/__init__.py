"""Figures: how many parcours reached what, and how long people and organisations are waited for.

Counted from milestones (``parcours:jalon`` of the diagrams) and tasks, never from anybody's data: erasing a person
changes no figure. ``scope`` says which parcours an organisation may have counted, ``small_counts`` what it is told.
"""
