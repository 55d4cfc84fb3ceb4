"""Measurements: each module is one benchmark with a config, a ``main`` and a file under ``results/``."""
