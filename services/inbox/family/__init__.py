"""Personal links: the young person of a parcours and the responsables légaux come by one, without an account.

``links`` keeps them (the hash of a code, never the code), ``page`` asks the services for what such a person reads,
``delivery`` writes the e-mail or SMS that brings one.
"""
