"""Reaching out to Teams: tokens, the connector, and the messenger that the outbox hands its rows to."""
