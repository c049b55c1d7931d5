"""The page of one parcours, and the lists of parcours: story, diagram, plan, papers, what is waited for."""
