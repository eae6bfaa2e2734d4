"""Faults on purpose: the real bridge under load, one kind of trouble after another, from a seed."""
