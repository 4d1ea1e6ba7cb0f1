"""Measurements of Rankbook beside its peers, from one run on one machine (``npm run bench``)."""
