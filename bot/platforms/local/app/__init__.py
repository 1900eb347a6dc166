"""The rehearsal room in a browser.

cast       the eight people
autopilot  what the seven others do; pure
backstage  what a rehearsal asks of whoever composes the program
board      one room's state: files, clock, bot, you, and what is asked of you
hours      how time passes in it
rehearsal  what you do in it, its first minute, its loop
rooms      all rehearsals of a folder
nodes      a page as values
pictures, chat, forms, guide, stage, rows, page    what is drawn, from the small to the whole; pure
web        NiceGUI, and nothing else knows it
"""
