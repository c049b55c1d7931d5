"""Company periods, kept so that who supervises them (R18) and the days attested (R20) can be counted."""
