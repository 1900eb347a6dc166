"""Microsoft Teams. Import `app` only where Teams is served: the SDK behind it takes half a second."""
