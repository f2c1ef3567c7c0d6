"""What is planned and watched: closed rooms that do not know each other."""
