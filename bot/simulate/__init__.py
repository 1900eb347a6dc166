"""The whole bot among simulated people: weeks of their doings, faults from a seed, and what must hold all the while."""

from bot.simulate.invariants import ViolatedError, holds
from bot.simulate.plan import Outcome, Plan
from bot.simulate.run import simulate

__all__ = ["Outcome", "Plan", "ViolatedError", "holds", "simulate"]
