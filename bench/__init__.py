"""Measures this project beside its peers in one run: ``python -m bench.encoding``, ``bench.retrieval``, ``bench.answering``.

Every subject runs in a process of its own, one after the other, so that nothing is warm and memory can be told apart.
What counts is the ratio: the numbers themselves are those of the machine, and of what else it was doing.
"""
