"""A server that ends as soon as it is asked to: nobody is waited for."""

import sys

from perron.cli import main
from perron.commands import serve

serve.FAREWELL = serve.CLOSING = 0.0

if __name__ == "__main__":
    sys.exit(main())
