"""What enrolment has to do with AvenirPro: the classes that come to workshops, and the pupils proposed at the end.

The lycée's own people ask for the classes of their pupils, to give them to the operators; what the operators propose
comes back by message (R33), for the référent décrochage.
"""
