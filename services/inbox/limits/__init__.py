"""How often one may ask: by address and by person, for sign-in, secret links, writing and exports (ADR 33).

``rules.py`` says what is counted and how much is allowed (pure), ``counting.py`` counts in the inbox's database, so
that several replicas count together, ``guard.py`` asks before each request. Reading pages, probes and metrics is not
counted.
"""
