"""What `perron doctor` looks at: the machine, the engines, the way from outside."""
