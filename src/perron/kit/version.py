"""The version of Perron."""

VERSION = "0.1.0"
