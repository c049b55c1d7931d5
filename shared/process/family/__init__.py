"""What the young person of a parcours and her or his responsables légaux read and do by a personal link.

The inbox gives the links and asks these doors with a family member's token. A service tells them no more than is named
here, of the one parcours; a responsable légal nothing from the pupil's 18th birthday on (R39).
"""
