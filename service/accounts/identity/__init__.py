"""Who somebody is: registering, signing in, passwords, the second step, sessions."""
