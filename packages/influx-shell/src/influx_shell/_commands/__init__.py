"""The commands, a module for one command or a few of a kind; imported when they run."""
