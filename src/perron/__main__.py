"""`python -m perron`"""

import sys

from perron.cli import main

sys.exit(main())
