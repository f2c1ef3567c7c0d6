"""Where an account publishes besides here: webhooks, feeds of its own, mail to whoever said yes."""
