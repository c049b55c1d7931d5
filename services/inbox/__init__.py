"""The inbox: the pages where people do their tasks, over the three services that own the parcours.

Owns who people are: organisations, persons, memberships (a person's roles in an organisation), the directory
(which Mission Locale serves which lycée or commune), sessions and preferences. Owns no parcours and no task:
it asks the services over HTTP, with a signed token that says person, organisation, roles and audience, and
shows what is committed there. Emits no message, listens to none.
"""
