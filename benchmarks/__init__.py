"""What a step, a task, a list and a waiting parcours cost, as ratios of CPU time: ``make bench``.

Each subject and each floor runs in a process of its own; SpiffWorkflow is as it comes in the floors'. Rounds
alternate, so that a busy machine slows both; a figure is the median of its rounds. ``docs/performance.md`` reads it.

workload.py   the process W1, drawn for both sides, and its data    floor.py floor_web.py   bare SpiffWorkflow
house.py house_web.py engine.py   the same on our side              children.py   processes that answer rounds
measuring.py  CPU of processes, statements                          report.py     table and bench.json
subjects/     one file per question
"""
