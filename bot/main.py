"""Where everything meets: settings, storage, engine, platforms, heartbeat."""
