"""Slots: runner processes that are supervised from outside and replaced when they misbehave.

Slots are made by ``factory.RunnerSlots``. Nothing is imported here: runners use the protocol's modules only, and every
import makes their start slower.
"""
