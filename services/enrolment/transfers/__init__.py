"""A running parcours goes to another Mission Locale or lycée: ``workflows/enrolment/transfert.bpmn`` is the order.

``asking.py`` is who may ask for it and with what; ``following.py`` what its moves bring about; ``naming.py``
is what a form of the parcours says of who follows it after a change; ``api.py`` the routes.
"""
