"""What becomes of a pupil's data at enrolment, which owns the person: erasures, corrections, duplicates, requests.

An erasure is asked of the other services by message and carried out here when all have answered (R40).
"""
