"""What every module stands on. The core knows no module and no HTTP."""
