"""AvenirPro in a simulation: ``plan.py`` draws what is done in a lycée's cycle, ``acting.py`` does it by the public
APIs, ``expected.py`` says on its own what must come of it.
"""
