"""The rehearsal room: a team of eight in a browser, with nobody else in it."""
