"""What the commands do. Each takes the parsed arguments and returns the exit code."""
