"""The shell: a prompt with completion, highlighting, history and commands of its own."""
