"""JSON for programs under /api/v1, with its own response models and problem documents."""
