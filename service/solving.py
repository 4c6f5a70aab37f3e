"""What the command line solves in its own process: pooled lots and matching rounds. The only other one is the worker."""
