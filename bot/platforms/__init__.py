"""Where people are: Slack, Teams, and the rehearsal room. Each folder translates, sends and receives."""
