"""The web: what anybody may fetch over HTTP."""
