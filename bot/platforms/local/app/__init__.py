"""The rehearsal room in a browser.

cast       the eight people
autopilot  what the seven others do; pure
rehearsal  one room: bot, clock, team and you
rooms      all rehearsals of a folder
nodes      a page as values
pictures, chat, forms, guide, stage, rows, page    what is drawn, from the small to the whole; pure
web        NiceGUI, and nothing else knows it
"""
