"""Where a parcours stands on its diagram: the drawing of its own version, and what a reader may know of it (ADR 28).

``sheets.py`` is what a version says, read once; ``states.py`` what the story says of one parcours to one side;
``reading.py`` joins the two.
"""
