"""Moderato, a facilitation bot for Slack and Microsoft Teams.

kernel      the words everybody shares: values, no behaviour towards the outside
pieces      pure machines that several activities embed: turns, ballots, groups
activities  kinds of facilitation: what happens, and what the bot says; pure
engine      one way in, one way out: claim, decide, save, send, wake
platforms   Slack, Teams and the rehearsal room: translation and I/O
library     reads and checks prompts/
main        composition; the only module that knows everybody

Read ARCHITECTURE.md beside this file first.
"""
