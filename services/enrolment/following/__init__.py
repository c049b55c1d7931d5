"""Those whom somebody follows, on one page: who is not reached yet, with the calls; and for a Mission Locale all its
young people of whatever lycée, with the number of their dossier in i-Milo, which it alone writes and reads.
"""
