"""The cases, each in a file of its kind."""

from chaos.cases import clocks, keys, kills, outages, parts, poison, processes, stores
from chaos.cases.case import Case

ALL: list[Case] = [
    *kills.CASES,
    *parts.CASES,
    *outages.CASES,
    *keys.CASES,
    *poison.CASES,
    *stores.CASES,
    *processes.CASES,
    *clocks.CASES,
]
