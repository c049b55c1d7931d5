"""Random processes and random lives of them, to compare the engine with itself and with the oracle.

A process is a tree of blocks (``blocks`` grows it, ``drawing`` and ``drawing_activities`` draw it as BPMN), a life is
a list of moves (``life``). ``search`` plays them on the engine kept in memory, on the engine stored at every step
and on the oracle, and ``shrink`` makes what differs small.
"""
