"""One way in, one way out. Knows the kernel; knows no activity, no platform and no database."""
