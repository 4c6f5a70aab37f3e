"""The market over HTTP: pages for people, JSON for programs. It knows HTTP and no trade."""
